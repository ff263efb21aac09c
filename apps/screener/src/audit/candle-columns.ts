/** The candles of one instrument over a range of minutes, in one typed array. */
import { type Candle, candleValueNames as fields, MINUTE_MS } from '@screener/market';

export class CandleColumns {
  readonly #from: number;
  readonly #to: number;
  readonly #numbers: Float64Array;
  readonly #synthetic: Uint8Array;

  /** Minutes since 1970; `to` is the first one after the range. */
  constructor(from: number, to: number) {
    this.#from = from;
    this.#to = to;
    this.#numbers = new Float64Array((to - from) * fields.length).fill(Number.NaN);
    this.#synthetic = new Uint8Array(to - from);
  }

  /** The last one of a minute stays; one outside of the range is left out. */
  put(candle: Candle, synthetic: boolean): void {
    const minute = candle.openTime / MINUTE_MS;
    if (!Number.isInteger(minute) || minute < this.#from || minute >= this.#to) return;
    const index = minute - this.#from;
    for (const [column, field] of fields.entries()) this.#numbers[index * fields.length + column] = candle[field];
    this.#synthetic[index] = synthetic ? 1 : 0;
  }

  at(minute: number): { readonly candle: Candle; readonly synthetic: boolean } | undefined {
    if (minute < this.#from || minute >= this.#to) return undefined;
    const index = minute - this.#from;
    const at = index * fields.length;
    if (Number.isNaN(this.#numbers[at])) return undefined;
    const values = Object.fromEntries(fields.map((field, column) => [field, this.#numbers[at + column]]));
    const candle = { openTime: minute * MINUTE_MS, ...values } as unknown as Candle;
    return { candle, synthetic: this.#synthetic[index] === 1 };
  }
}
