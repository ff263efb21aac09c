/** Bars of any length, made of the market's minutes as they are told now. */
import { MINUTE_MS } from '@screener/market';
import { BarFold } from './bar-fold.ts';
import type { SimulatedInstrument } from './catalogue.ts';
import { barBegin, barEnd, type Interval } from './intervals.ts';
import type { MarketTruth } from './truth.ts';
import { type PrintedCandle, printed, stepsDone } from './units.ts';

export interface BarRange {
  /** Open times, both included. */
  readonly first: number;
  readonly last: number;
  readonly limit: number;
  /** Which ones where the range holds more. */
  readonly keep: 'oldest' | 'newest';
}

const dayMs = 1_440 * MINUTE_MS;
const hourMs = 60 * MINUTE_MS;
/** Whole hours and days of the past, kept for all symbols together. */
const foldsKeptMax = 150_000;
/** So many minutes are folded before others have their turn. */
const minutesAtOnce = 8_192;

interface Kept {
  changes: number;
  readonly folds: Map<number, BarFold>;
}

export class Bars {
  readonly #market: MarketTruth;
  readonly #now: () => number;
  readonly #days = new Map<string, Kept>();
  readonly #hours = new Map<string, Kept>();
  #kept = 0;
  #folded = 0;

  constructor(market: MarketTruth, now: () => number) {
    this.#market = market;
    this.#now = now;
  }

  /** Ascending; also the open one where the range covers it. */
  async list(instrument: SimulatedInstrument, interval: Interval, range: BarRange): Promise<PrintedCandle[]> {
    const found: PrintedCandle[] = [];
    const now = this.#now();
    const last = Math.min(barBegin(interval, now), range.last);
    const listed = barBegin(interval, instrument.listedAt);
    const first = Math.max(listed, firstBegin(interval, range.first));
    if (instrument.tradedShare === 0) return found;
    if (range.keep === 'oldest') {
      for (let begin = first; begin <= last && found.length < range.limit; begin = barEnd(interval, begin)) {
        this.#addTo(found, instrument, interval, begin, now);
        await this.#breathe();
      }
    } else {
      for (
        let begin = barBegin(interval, last);
        begin >= first && found.length < range.limit;
        begin = barBegin(interval, begin - 1)
      ) {
        this.#addTo(found, instrument, interval, begin, now);
        await this.#breathe();
      }
      found.reverse();
    }
    return found;
  }

  /** Of the minutes in [from, to) that are over. */
  fold(symbol: string, from: number, to: number): BarFold {
    const fold = new BarFold();
    const settled = Math.min(to, Math.floor(this.#now() / MINUTE_MS) * MINUTE_MS);
    let time = from;
    while (time < settled) {
      if (time % dayMs === 0 && time + dayMs <= settled) {
        fold.addFold(this.#stretch(this.#days, symbol, time, dayMs));
        time += dayMs;
      } else if (time % hourMs === 0 && time + hourMs <= settled && to - from > dayMs / 2) {
        fold.addFold(this.#stretch(this.#hours, symbol, time, hourMs));
        time += hourMs;
      } else {
        if (this.#market.has(symbol, time)) fold.add(this.#market.candle(symbol, time));
        this.#folded++;
        time += MINUTE_MS;
      }
    }
    return fold;
  }

  #addTo(
    found: PrintedCandle[],
    instrument: SimulatedInstrument,
    interval: Interval,
    begin: number,
    now: number,
  ): void {
    const { symbol } = instrument;
    if (interval.minutes === 1) {
      this.#folded++;
      if (!this.#market.has(symbol, begin)) return;
      found.push(printed(this.#market.candle(symbol, begin, stepsDone(begin, now)), instrument));
      return;
    }
    const end = barEnd(interval, begin);
    const fold = this.fold(symbol, begin, end);
    const minute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
    if (minute >= begin && minute < end && this.#market.has(symbol, minute)) {
      fold.add(this.#market.candle(symbol, minute, stepsDone(minute, now)));
    }
    if (fold.candles > 0) found.push(fold.printed(begin, end, instrument));
  }

  #stretch(kind: Map<string, Kept>, symbol: string, begin: number, lengthMs: number): BarFold {
    let kept = kind.get(symbol);
    const changes = this.#market.changes(symbol);
    if (kept === undefined || kept.changes !== changes) {
      this.#kept -= kept?.folds.size ?? 0;
      kept = { changes, folds: new Map() };
      kind.set(symbol, kept);
    }
    const known = kept.folds.get(begin);
    if (known !== undefined) return known;
    const fold = new BarFold();
    for (let time = begin; time < begin + lengthMs; time += MINUTE_MS) {
      if (this.#market.has(symbol, time)) fold.add(this.#market.candle(symbol, time));
    }
    this.#folded += lengthMs / MINUTE_MS;
    if (++this.#kept > foldsKeptMax) {
      this.#days.clear();
      this.#hours.clear();
      this.#kept = 0;
    } else kept.folds.set(begin, fold);
    return fold;
  }

  async #breathe(): Promise<void> {
    if (this.#folded < minutesAtOnce) return;
    this.#folded = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The first bar that begins at a time or after it. */
function firstBegin(interval: Interval, time: number): number {
  const begin = barBegin(interval, time);
  return begin === time ? begin : barEnd(interval, begin);
}
