import { WINDOW_MINUTES_MAX } from './interval.ts';
import { isHole, type KeptCandles, knownCandles } from './known-candles.ts';
import { candleAt, type MinuteRing, SLOT_LENGTH } from './minute-ring.ts';
import { RollingWindows } from './rolling-windows.ts';
import type { Window } from './window.ts';

/**
 * Windows as they were at minutes before the newest, bit for bit: rolling windows of their own that follow behind. What they say is a
 * function of the candles alone, so they are made when they are asked for and never written down. The first minute costs all
 * candles of a day, each one after it no more than a new candle.
 */
export class PastWindows {
  readonly #windows: RollingWindows;

  constructor(lengths: readonly number[]) {
    this.#windows = new RollingWindows(lengths);
  }

  /** Newest minute they are at. */
  get minute(): number {
    return this.#windows.ring.newest;
  }

  /** From the day before that minute; it is one of the last 1,440. */
  begin(minute: number, kept: KeptCandles): void {
    const from = Math.max(0, minute - WINDOW_MINUTES_MAX + 1);
    const values = knownCandles(kept, from);
    for (let each = from; each <= minute; each++) {
      const at = (each - from) * SLOT_LENGTH;
      if (isHole(values, at)) this.#windows.appendHole(each);
      else this.#windows.append(each, candleAt(values, at, each));
    }
  }

  /** From where they are, over candles that the ring still has. */
  follow(minute: number, ring: MinuteRing): void {
    for (let each = this.minute + 1; each <= minute; each++) {
      const candle = ring.read(each);
      if (candle === undefined) this.#windows.appendHole(each);
      else this.#windows.append(each, candle);
    }
  }

  /** Those that are full. */
  read(): readonly Window[] {
    return this.#windows.lengths.flatMap((_, place) => this.#windows.read(place) ?? []);
  }
}
