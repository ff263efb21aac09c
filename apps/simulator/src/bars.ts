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
/** What bars of 4h, 8h and 1d have in common: whoever asks for one of them asks for the others as well. */
const partMs = 240 * MINUTE_MS;
/** Whole days and parts of them, kept for all symbols together. */
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
  readonly #parts = new Map<string, Kept>();
  #count = 0;
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
        fold.addFold(this.#kept(this.#days, symbol, time, () => this.#dayOf(symbol, time)));
        time += dayMs;
      } else if (time % partMs === 0 && time + partMs <= settled) {
        fold.addFold(this.#partOf(symbol, time));
        time += partMs;
      } else {
        this.#addMinute(fold, symbol, time);
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

  #dayOf(symbol: string, begin: number): BarFold {
    const fold = new BarFold();
    for (let time = begin; time < begin + dayMs; time += partMs) fold.addFold(this.#partOf(symbol, time));
    return fold;
  }

  #partOf(symbol: string, begin: number): BarFold {
    return this.#kept(this.#parts, symbol, begin, () => {
      const fold = new BarFold();
      for (let time = begin; time < begin + partMs; time += MINUTE_MS) this.#addMinute(fold, symbol, time);
      return fold;
    });
  }

  #addMinute(fold: BarFold, symbol: string, time: number): void {
    if (this.#market.has(symbol, time)) fold.add(this.#market.candle(symbol, time));
    this.#folded++;
  }

  #kept(kind: Map<string, Kept>, symbol: string, begin: number, make: () => BarFold): BarFold {
    let kept = kind.get(symbol);
    const changes = this.#market.changes(symbol);
    if (kept === undefined || kept.changes !== changes) {
      this.#count -= kept?.folds.size ?? 0;
      kept = { changes, folds: new Map() };
      kind.set(symbol, kept);
    }
    const known = kept.folds.get(begin);
    if (known !== undefined) return known;
    const fold = make();
    if (++this.#count > foldsKeptMax) {
      this.#days.clear();
      this.#parts.clear();
      this.#count = 0;
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
