/** The closed candles of one instrument in the order of their minutes, as few bytes as they take. */
import { type Candle, candleValueNames as fields, MINUTE_MS } from '@screener/market';

const WIDTH = fields.length;
const CAPACITY_FIRST = 1_440;
const PLACES = { open: 0, high: 1, low: 2, close: 3 } as const;

export class CandleTape {
  /** Minute since 1970 of index 0. */
  #first = 0;
  #length = 0;
  /** Where index 0 stands in `#values`: there is room on both sides. */
  #start = 0;
  #values = new Float64Array(0);
  #count = 0;

  /** In any order; the last one of a minute stays. */
  put(candle: Candle): void {
    const minute = candle.openTime / MINUTE_MS;
    if (!Number.isInteger(minute) || minute < 0) throw new RangeError(`open time ${candle.openTime} begins no minute`);
    this.#reach(minute);
    const at = this.#at(minute - this.#first);
    if (Number.isNaN(this.#values[at])) this.#count++;
    for (let field = 0; field < WIDTH; field++) {
      this.#values[at + field] = candle[fields[field] as (typeof fields)[number]];
    }
  }

  /** Minutes from the first to the last, those without a candle included. */
  get length(): number {
    return this.#length;
  }

  /** Its length with a candle of that time. */
  lengthWith(openTime: number): number {
    if (this.#length === 0) return 1;
    const index = this.indexOf(openTime);
    return Math.max(this.#length, index + 1) + Math.max(0, -index);
  }

  /** Candles. */
  get count(): number {
    return this.#count;
  }

  openTime(index: number): number {
    return (this.#first + index) * MINUTE_MS;
  }

  /** Where the minute of that time stands or would stand, which may be outside. */
  indexOf(openTime: number): number {
    return Math.ceil(openTime / MINUTE_MS) - this.#first;
  }

  /** undefined: the minute has none. */
  candle(index: number): Candle | undefined {
    const at = this.#at(index);
    const values = this.#values;
    if (index < 0 || index >= this.#length || Number.isNaN(values[at])) return undefined;
    return {
      openTime: this.openTime(index),
      open: values[at] as number,
      high: values[at + 1] as number,
      low: values[at + 2] as number,
      close: values[at + 3] as number,
      volume: values[at + 4] as number,
      quoteVolume: values[at + 5] as number,
      trades: values[at + 6] as number,
      takerBuyVolume: values[at + 7] as number,
      takerBuyQuoteVolume: values[at + 8] as number,
    };
  }

  /** NaN: the minute has no candle. */
  price(index: number, field: keyof typeof PLACES): number {
    if (index < 0 || index >= this.#length) return Number.NaN;
    return this.#values[this.#at(index) + PLACES[field]] as number;
  }

  #at(index: number): number {
    return (this.#start + index) * WIDTH;
  }

  #reach(minute: number): void {
    if (this.#length === 0) this.#first = minute;
    const before = Math.max(0, this.#first - minute);
    const length = Math.max(this.#length, minute - this.#first + 1) + before;
    if (length === this.#length) return;
    const begins = this.#start - before;
    if (begins < 0 || (begins + length) * WIDTH > this.#values.length) this.#move(length, before);
    else this.#start = begins;
    this.#first -= before;
    this.#length = length;
  }

  /** Twice the room; on the left only where candles come backwards. */
  #move(length: number, before: number): void {
    const room = Math.max(length, CAPACITY_FIRST);
    const left = before > 0 ? room : 0;
    const values = new Float64Array((left + 2 * room) * WIDTH).fill(Number.NaN);
    values.set(this.#values.subarray(this.#at(0), this.#at(this.#length)), (left + before) * WIDTH);
    this.#values = values;
    this.#start = left;
  }
}
