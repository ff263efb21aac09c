import type { KlineClosed, KlineCorrected, KlineLive } from '@screener/events';
import { limits } from '../limits.ts';
import { CandleRing, type MinuteCandle } from './candle-ring.ts';

/** Fold over klines.closed and klines.live: the newest closed minutes of each instrument and the one in progress. */
export class CandlesView {
  readonly #rings = new Map<string, CandleRing>();
  readonly #inProgress = new Map<string, KlineLive>();

  applyClosed(event: KlineClosed): void {
    let ring = this.#rings.get(event.instrument);
    if (!ring) {
      if (this.#rings.size >= limits.instruments) return;
      ring = new CandleRing(limits.candlesPerInstrument);
      this.#rings.set(event.instrument, ring);
    }
    ring.put(event);
    const live = this.#inProgress.get(event.instrument);
    if (live && live.openTime <= event.openTime) this.#inProgress.delete(event.instrument);
  }

  /** Of the minutes in memory; whoever asks for older ones hears of it from the database. */
  applyCorrected(event: KlineCorrected): void {
    this.#rings.get(event.instrument)?.replace(event);
  }

  /** False: it tells nothing new (an older one, or its minute is closed already). */
  applyLive(event: KlineLive): boolean {
    const known = this.#inProgress.get(event.instrument);
    if (known ? known.eventTime > event.eventTime : this.#inProgress.size >= limits.instruments) return false;
    const ring = this.#rings.get(event.instrument);
    if (ring && ring.length > 0 && ring.openTimeAt(ring.length - 1) >= event.openTime) return false;
    this.#inProgress.set(event.instrument, event);
    return true;
  }

  inProgress(instrument: string): MinuteCandle | undefined {
    return this.#inProgress.get(instrument);
  }

  /** Closed candles, oldest first: those since a time, or the newest. */
  since(instrument: string, fromMs: number): MinuteCandle[] {
    return this.#rings.get(instrument)?.since(fromMs) ?? [];
  }

  latest(instrument: string, limit: number): MinuteCandle[] {
    return this.#rings.get(instrument)?.latest(limit) ?? [];
  }

  /** Open time of the oldest closed candle in memory. */
  oldest(instrument: string): number | undefined {
    const ring = this.#rings.get(instrument);
    return ring && ring.length > 0 ? ring.openTimeAt(0) : undefined;
  }

  closes(instrument: string, limit: number): number[] {
    return this.#rings.get(instrument)?.closes(limit) ?? [];
  }
}
