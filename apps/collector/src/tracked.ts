/** One instrument that this process looks after: how far it is, and what it waits for. */
import type { ListedInstrument } from '@screener/exchanges';
import { type IntervalName, MINUTE_MS } from '@screener/market';
import { closedRecord, flatCandle, gapRecord } from './candle-records.ts';
import { KlineSequence, type SequencedCandle } from './kline-sequence.ts';
import type { Outbox } from './outbox.ts';
import { RecentCandles, type WrittenCandle } from './recent-candles.ts';

/**
 * trading: a candle is expected every minute. halted: none is, but what comes is taken. ending: not traded any more; what
 * it traded last is fetched. over: nothing more will come.
 */
export type Phase = 'trading' | 'halted' | 'ending' | 'over';

/** What the log says of an instrument. */
export interface KnownMinutes {
  /** Open time of the newest candle or gap. */
  readonly newest: number | undefined;
  readonly recent: ReadonlyMap<number, WrittenCandle | null>;
  readonly intervalsPrimed: ReadonlySet<string>;
}

/** The past of the most traded is fetched before that of the others, and bans of a few minutes are usual. */
const primedWithinMs = 15 * MINUTE_MS;

export const nothingKnown: KnownMinutes = { newest: undefined, recent: new Map(), intervalsPrimed: new Set() };

export interface TrackedOptions {
  readonly instrument: string;
  readonly partition: number;
  readonly listed: ListedInstrument;
  readonly known: KnownMinutes;
  readonly intervals: readonly IntervalName[];
  readonly outbox: Outbox;
  /** Told of every candle that is written. */
  readonly wrote: (openTime: number) => void;
  /** Given when the partition is given up. */
  readonly signal: AbortSignal;
}

export class Tracked {
  readonly instrument: string;
  readonly symbol: string;
  readonly partition: number;
  readonly outbox: Outbox;
  /** Given when it is let go, or its partition. */
  readonly signal: AbortSignal;
  readonly sequence = new KlineSequence();
  readonly recent = new RecentCandles();
  listed: ListedInstrument;
  phase: Phase = 'trading';
  /** Since it is not traded any more: the minute then open is the last that may have a candle. Exchange time. */
  stoppedAt = Number.POSITIVE_INFINITY;
  /** Since it is traded, as far as this process has seen. Exchange time. */
  tradedSince = Number.POSITIVE_INFINITY;
  /** All that it traded before it stopped is there. */
  complete = false;
  /** Caught up once since the start: from then on a lack is a hole. */
  primed = false;
  /** The log knew nothing of it. */
  readonly fresh: boolean;
  /** Markers wait for it from this minute on; undefined until it is primed for the first time ever. */
  expectedFrom: number | undefined;
  /** Bars that have not been fetched yet, in this order. */
  readonly intervalsWanted: IntervalName[];
  fetching = false;
  fetchingBars = false;
  verifying = false;
  polling = false;
  /** Our clock since when it lacks a minute. */
  lackingSince: number | undefined;
  /** Our clock before which nothing is tried. */
  retryAt = 0;
  barsRetryAt = 0;
  pollAt = 0;
  /** Whether it is traded, by what REST said when it stood in last; undefined where it never did. */
  isTraded: boolean | undefined;
  failures = 0;
  /** How often in a row the exchange said that it does not know it. */
  refusals = 0;
  barsFailures = 0;
  /** How often minutes were asked for in vain. */
  vain = 0;
  /** Exchange time at which what was written is compared with REST. */
  verifyAt: number;
  /** Exchange time of the last comparison. */
  verifiedAt = Number.NEGATIVE_INFINITY;
  /** Our clock before which no comparison is tried again. */
  verifyRetryAt = 0;
  verifyFailures = 0;
  /** What was written before this process came: to be compared once, before newer minutes take its place. */
  takenOver: RecentCandles | undefined;
  /** What the log has of its last day, beyond what is compared anyway: to be compared once. */
  older: RecentCandles | undefined;
  /** Exchange time of its newest frame. */
  heardAt = 0;
  /** Rank by traded value; 0 is the most traded. */
  rank = 0;
  readonly #ending = new AbortController();
  readonly #wroteOne: (openTime: number) => void;
  #close: number | undefined;

  constructor({ instrument, partition, listed, known, intervals, outbox, wrote, signal }: TrackedOptions) {
    this.instrument = instrument;
    this.symbol = listed.symbol;
    this.partition = partition;
    this.listed = listed;
    this.outbox = outbox;
    this.#wroteOne = wrote;
    this.signal = AbortSignal.any([signal, this.#ending.signal]);
    this.intervalsWanted = intervals.filter((interval) => !known.intervalsPrimed.has(interval));
    this.verifyAt = Number.POSITIVE_INFINITY;
    this.fresh = known.newest === undefined;
    for (const [openTime, written] of known.recent) {
      this.#keep(openTime, written);
      this.takenOver ??= new RecentCandles();
      this.takenOver.put(openTime, written);
    }
    if (known.newest !== undefined) this.sequence.start(known.newest + MINUTE_MS);
    this.expectedFrom = this.sequence.next;
  }

  /**
   * What markers wait for: the open time of its next candle, undefined while none is expected. One whose past could not be
   * had for long lacks every minute; the exchange has not said that it was never traded.
   */
  awaited(exchangeTime: number): number | undefined {
    if (this.phase !== 'trading') return undefined;
    if (this.expectedFrom !== undefined) return this.sequence.next;
    return !this.primed && exchangeTime - this.tradedSince >= primedWithinMs ? 0 : undefined;
  }

  /** Where a minute without trades would stand; undefined where that is not known. */
  get close(): number | undefined {
    return this.#close;
  }

  /** It is let go: what is being fetched is for nobody, and must not be written behind the back of whoever comes next. */
  end(): void {
    this.older = undefined;
    this.#ending.abort();
  }

  /** What whoever looks after it next goes on with: a minute without trades needs the price before it. */
  known(intervals: readonly IntervalName[]): KnownMinutes {
    const newest = this.sequence.next === undefined ? undefined : this.sequence.next - MINUTE_MS;
    const last = newest === undefined ? undefined : this.recent.at(newest);
    return {
      newest,
      recent: new Map(newest === undefined || last === undefined ? [] : [[newest, last]]),
      intervalsPrimed: new Set(intervals.filter((interval) => !this.intervalsWanted.includes(interval))),
    };
  }

  write(candles: readonly SequencedCandle[]): void {
    if (candles.length === 0) return;
    for (const written of candles) {
      this.#keep(written.candle.openTime, written);
      this.#wroteOne(written.candle.openTime);
    }
    this.outbox.push(candles.map((candle) => closedRecord(this.instrument, candle)));
  }

  /** The exchange has no candle of the minute that comes next. False where its price is not known. */
  writeFlat(): boolean {
    const { next } = this.sequence;
    if (next === undefined || this.#close === undefined) return false;
    this.write(this.sequence.offer(flatCandle(next, this.#close), 'synthetic'));
    return true;
  }

  /** The minute that comes next cannot be had. */
  writeGap(reason: string): void {
    const { next } = this.sequence;
    if (next === undefined) return;
    this.#keep(next, null);
    this.outbox.push([gapRecord(this.instrument, next, reason)]);
    this.write(this.sequence.skip());
  }

  #keep(openTime: number, written: WrittenCandle | null): void {
    this.recent.put(openTime, written);
    this.#close = written?.candle.close;
  }
}
