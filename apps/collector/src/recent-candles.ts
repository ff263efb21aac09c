/** What was written of one instrument's last minutes, or last day: late frames and REST are compared with it. */
import { type Candle, MINUTE_MS } from '@screener/market';
import type { Source } from './kline-sequence.ts';

export interface WrittenCandle {
  readonly candle: Candle;
  readonly source: Source;
}

/** More than one request for the least weight can ask about, so that a comparison always finds its counterpart. */
export const recentMinutesMax = 128;

const prices = ['open', 'high', 'low', 'close'] as const;
const amounts = ['volume', 'quoteVolume', 'trades', 'takerBuyVolume', 'takerBuyQuoteVolume'] as const;
const fields = [...prices, ...amounts];
const sources: readonly Source[] = ['stream', 'rest', 'synthetic'];
const gap = sources.length;
/** Of a place: its open time, what it is, its numbers. */
const width = 2 + fields.length;

/**
 * Flat: as objects, hundreds of thousands of numbers would grow old and die again every hour or two, and leave the heap full
 * of holes.
 */
export class RecentCandles {
  readonly #minutesMax: number;
  /** By minute, in turn. */
  readonly #places: Float64Array;
  #newest: number | undefined;

  constructor(minutesMax = recentMinutesMax) {
    this.#minutesMax = minutesMax;
    this.#places = new Float64Array(minutesMax * width).fill(Number.NaN);
  }

  get oldest(): number | undefined {
    const newest = this.#newest;
    if (newest === undefined) return undefined;
    let oldest = newest - (this.#minutesMax - 1) * MINUTE_MS;
    while (this.#places[this.#placeOf(oldest)] !== oldest) oldest += MINUTE_MS;
    return oldest;
  }

  get newest(): number | undefined {
    return this.#newest;
  }

  clear(): void {
    this.#places.fill(Number.NaN);
    this.#newest = undefined;
  }

  /** null where there is a gap. What is older than all that is kept is let go. */
  put(openTime: number, written: WrittenCandle | null): void {
    if (openTime <= (this.#newest ?? openTime) - this.#minutesMax * MINUTE_MS) return;
    this.#newest = Math.max(openTime, this.#newest ?? openTime);
    const place = this.#placeOf(openTime);
    this.#places[place] = openTime;
    this.#places[place + 1] = written === null ? gap : sources.indexOf(written.source);
    if (written === null) return;
    for (const [index, field] of fields.entries()) this.#places[place + 2 + index] = written.candle[field];
  }

  /** undefined: not written, or too long ago; null: a gap. */
  at(openTime: number): WrittenCandle | null | undefined {
    const place = this.#placeOf(openTime);
    const newest = this.#newest ?? Number.NEGATIVE_INFINITY;
    if (this.#places[place] !== openTime || openTime <= newest - this.#minutesMax * MINUTE_MS) return undefined;
    const source = sources[this.#places[place + 1] ?? gap];
    if (source === undefined) return null;
    return { candle: this.#candle(openTime, place + 2), source };
  }

  #placeOf(openTime: number): number {
    return (Math.floor(openTime / MINUTE_MS) % this.#minutesMax) * width;
  }

  #candle(openTime: number, begin: number): Candle {
    const number = (field: (typeof fields)[number]): number =>
      this.#places[begin + fields.indexOf(field)] ?? Number.NaN;
    return {
      openTime,
      open: number('open'),
      high: number('high'),
      low: number('low'),
      close: number('close'),
      volume: number('volume'),
      quoteVolume: number('quoteVolume'),
      trades: number('trades'),
      takerBuyVolume: number('takerBuyVolume'),
      takerBuyQuoteVolume: number('takerBuyQuoteVolume'),
    };
  }
}
