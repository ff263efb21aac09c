/**
 * Reads along what comes into the log, as any other reader would, and measures how long each minute that did not come by
 * stream was lacking while REST could be had: from the end of the minute until it can be read.
 */
import { decodeEvent } from '@screener/events';
import type { Log, Reader } from '@screener/log';
import { MINUTE_MS, parseInstrument } from '@screener/market';
import type { ExchangeLedger } from '@screener/simulator';
import type { Reachability } from './reachability.ts';

export interface RepairWatchOptions {
  readonly log: Log;
  readonly ledger: Pick<ExchangeLedger, 'traded'>;
  readonly reachability: Reachability;
  readonly now: () => number;
}

/** A minute that was repaired late for one instrument or many. */
export interface LateMinute {
  readonly openTime: number;
  readonly seenAt: number;
  /** One of them. */
  readonly instrument: string;
  instruments: number;
  readonly ms: number;
}

/** Repairs that took longer are remembered. */
export const repairMsMost = 60_000;

export class RepairWatch {
  /** Minutes in which the streams should have delivered. */
  readonly repairs: number[] = [];
  /** Minutes without trades: streams say nothing of them, and only later ones show that they are over. */
  readonly empties: number[] = [];
  /** From the end of a minute until what the log says of it was put right. */
  readonly corrections: number[] = [];
  readonly #options: RepairWatchOptions;
  readonly #reader: Reader;
  readonly #late = new Map<string, LateMinute>();
  readonly #newest = new Map<string, number>();
  readonly #seenSince = new Map<string, number>();
  readonly #done: Promise<void>;
  candles = 0;

  constructor(options: RepairWatchOptions) {
    this.#options = options;
    this.#reader = options.log.reader({ topic: 'klines.closed', from: 'beginning' });
    this.#done = this.#follow();
  }

  /** Open time of the newest minute of an instrument that can be read. */
  newest(instrument: string): number | undefined {
    return this.#newest.get(instrument);
  }

  get instruments(): number {
    return this.#newest.size;
  }

  async close(): Promise<void> {
    await this.#reader.close();
    await this.#done;
  }

  async #follow(): Promise<void> {
    const { now, reachability } = this.#options;
    for await (const batch of this.#reader) {
      const seenAt = now();
      for (const { value } of batch) {
        const { type, event } = decodeEvent(value ?? new Uint8Array());
        if (type === 'KlineClosed') this.#closed(event.instrument, event.openTime, event.source, seenAt);
        else if (type === 'KlineGap') this.#newest.set(event.instrument, event.openTime);
        else if (type === 'KlineCorrected')
          this.corrections.push(reachability.reachableMs(event.openTime + MINUTE_MS, seenAt));
      }
    }
  }

  #closed(instrument: string, openTime: number, source: string, seenAt: number): void {
    const { ledger, reachability } = this.#options;
    this.candles++;
    this.#newest.set(instrument, openTime);
    const since = this.#seenSince.get(instrument);
    if (since === undefined) this.#seenSince.set(instrument, seenAt);
    const end = openTime + MINUTE_MS;
    // What was over before the instrument was seen for the first time is history.
    if (source === 'stream' || end <= (since ?? seenAt)) return;
    const ms = reachability.reachableMs(end, seenAt);
    const symbol = parseInstrument(instrument)?.symbol ?? '';
    if (!ledger.traded(symbol, openTime)) {
      this.empties.push(ms);
      return;
    }
    this.repairs.push(ms);
    if (ms <= repairMsMost) return;
    const place = `${openTime} ${seenAt}`;
    const known = this.#late.get(place);
    if (known === undefined) this.#late.set(place, { openTime, seenAt, instrument, instruments: 1, ms });
    else known.instruments++;
  }

  /** Those that concern most instruments first. */
  get late(): readonly LateMinute[] {
    return [...this.#late.values()].sort((left, right) => right.instruments - left.instruments);
  }
}

/** 0 where there is nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
