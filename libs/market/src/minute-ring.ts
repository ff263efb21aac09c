import { type CandleInProgress, MINUTE_MS } from './candle.ts';
import { WINDOW_MINUTES_MAX } from './interval.ts';

/** What windows and indicators read of a candle; `takerBuyVolume` is not among it, so it is not kept. */
export const ringColumns = [
  'open',
  'high',
  'low',
  'close',
  'volume',
  'quoteVolume',
  'trades',
  'takerBuyQuoteVolume',
] as const satisfies (keyof CandleInProgress)[];
export type RingColumn = (typeof ringColumns)[number];

const SIZE = WINDOW_MINUTES_MAX;
/** Numbers of a candle. */
export const SLOT_LENGTH = ringColumns.length;

// Places within a slot.
export const OPEN = 0;
export const HIGH = 1;
export const LOW = 2;
export const CLOSE = 3;
export const VOLUME = 4;
export const QUOTE_VOLUME = 5;
export const TRADES = 6;
export const TAKER_BUY_QUOTE_VOLUME = 7;

/**
 * The closed candles of the last 1,440 wall minutes in one typed array. A minute (whole minutes since 1970) has its slot at
 * `minute % 1440`; a minute without a candle is a hole that stays a hole. The eight numbers of a slot are neighbours: what
 * leaves a window is read at once, and with many instruments it is the reads from memory that cost.
 */
export class MinuteRing {
  readonly values = new Float64Array(SIZE * SLOT_LENGTH);
  #newest = -1;

  /** Newest minute, present or a hole; -1 before the first. */
  get newest(): number {
    return this.#newest;
  }

  /** Whether the minute is one of the last 1,440 and has a candle. */
  has(minute: number): boolean {
    if (minute < 0 || minute > this.#newest || minute <= this.#newest - SIZE) return false;
    // No candle has an open of 0.
    return this.values[(minute % SIZE) * SLOT_LENGTH + OPEN] !== 0;
  }

  /** Whether the candle of the minute has these values. */
  holds(minute: number, candle: CandleInProgress): boolean {
    const slot = this.slot(minute);
    return this.has(minute) && ringColumns.every((name, place) => this.values[slot + place] === candle[name]);
  }

  /** Where in `values` the numbers of the minute begin. */
  slot(minute: number): number {
    return (minute % SIZE) * SLOT_LENGTH;
  }

  /** The next wall minute, as a hole. */
  appendHole(minute: number): void {
    this.#newest = minute;
    this.values[this.slot(minute) + OPEN] = 0;
  }

  /** The next wall minute. */
  append(minute: number, candle: CandleInProgress): void {
    this.#newest = minute;
    putCandle(this.values, this.slot(minute), candle);
  }

  /** The numbers of a minute that the ring has. */
  copySlot(minute: number, values: Float64Array, at: number): void {
    const slot = this.slot(minute);
    values.set(this.values.subarray(slot, slot + SLOT_LENGTH), at);
  }

  /** The candle of a minute that the ring has. */
  read(minute: number): CandleInProgress | undefined {
    return this.has(minute) ? candleAt(this.values, this.slot(minute), minute) : undefined;
  }
}

/** A candle whose numbers stand in `values` from `at` on, in the order of `ringColumns`. */
export const candleAt = (values: Float64Array, at: number, minute: number): CandleInProgress => ({
  openTime: minute * MINUTE_MS,
  open: values[at + OPEN] as number,
  high: values[at + HIGH] as number,
  low: values[at + LOW] as number,
  close: values[at + CLOSE] as number,
  volume: values[at + VOLUME] as number,
  quoteVolume: values[at + QUOTE_VOLUME] as number,
  trades: values[at + TRADES] as number,
  takerBuyQuoteVolume: values[at + TAKER_BUY_QUOTE_VOLUME] as number,
});

export function putCandle(values: Float64Array, at: number, candle: CandleInProgress): void {
  values[at + OPEN] = candle.open;
  values[at + HIGH] = candle.high;
  values[at + LOW] = candle.low;
  values[at + CLOSE] = candle.close;
  values[at + VOLUME] = candle.volume;
  values[at + QUOTE_VOLUME] = candle.quoteVolume;
  values[at + TRADES] = candle.trades;
  values[at + TAKER_BUY_QUOTE_VOLUME] = candle.takerBuyQuoteVolume;
}
