import { type CandleInProgress, MINUTE_MS } from '@screener/market';

/** `candles.last(n)` reaches no further back. */
export const CANDLES_MAX = 60;

/** A power of two above CANDLES_MAX, so that the candle in progress never takes the place of the oldest one needed. */
const RING = 64;
const FIELDS = 8;
const PLACES = RING * FIELDS;

/** Where the numbers of the next minute stand among all. */
export const nextPlace = (place: number): number => (place + FIELDS) & (PLACES - 1);

/** What a window of one minute carries. */
export type MinuteCandle = Omit<CandleInProgress, 'openTime' | 'takerBuyQuoteVolume'>;

export interface CandleField {
  readonly name: string;
  readonly about: string;
  /** Names of the same number share a place. */
  readonly place: number;
}

/** Volumes are named as among the flat names: what traders mean by volume is what was paid. */
export const candleFields: readonly CandleField[] = [
  { name: 'open', about: 'Price of the first trade', place: 0 },
  { name: 'high', about: 'Highest price', place: 1 },
  { name: 'low', about: 'Lowest price', place: 2 },
  { name: 'close', about: 'Price of the last trade', place: 3 },
  { name: 'volume', about: 'Quote volume, as in `volume_1h`', place: 4 },
  { name: 'quote_volume', about: 'The same, by its longer name', place: 4 },
  { name: 'base_volume', about: 'Base volume, as in `base_volume_1h`', place: 5 },
  { name: 'trades', about: 'Number of trades', place: 6 },
];

const FIELDS_USED = Math.max(...candleFields.map(({ place }) => place)) + 1;

/** The last candles of one instrument. A candle is known by its minute since 1970, so a missing one is never mistaken for another. */
export class CandleHistory {
  /** By place: the numbers of a candle stand one after the other, in the order of `candleFields`. */
  readonly values = new Float64Array(PLACES);
  readonly #minutes = new Float64Array(RING).fill(-1);
  /** Those that were asked for since their candle came. */
  readonly #rows: (readonly number[] | undefined)[] = [];
  /** How many minutes in a row end with this one. */
  readonly #runs = new Uint32Array(RING);
  #newest = -1;

  /** The minute that rules look at: its candle, or undefined where it has none. */
  put(openTime: number, candle: MinuteCandle | undefined): void {
    const minute = openTime / MINUTE_MS;
    this.#newest = minute;
    const place = minute & (RING - 1);
    if (this.#rows.length > 0) this.#rows[place] = undefined;
    if (candle === undefined) {
      this.#minutes[place] = -1;
      return;
    }
    const before = (minute - 1) & (RING - 1);
    this.#runs[place] = this.#minutes[before] === minute - 1 ? (this.#runs[before] as number) + 1 : 1;
    this.#minutes[place] = minute;
    const at = place * FIELDS;
    this.values[at] = candle.open;
    this.values[at + 1] = candle.high;
    this.values[at + 2] = candle.low;
    this.values[at + 3] = candle.close;
    this.values[at + 4] = candle.quoteVolume;
    this.values[at + 5] = candle.volume;
    this.values[at + 6] = candle.trades;
  }

  /** The numbers of the candle at a place. Whoever keeps the row of a candle keeps the same one. */
  rowAt(place: number): readonly number[] {
    const known = this.#rows[place / FIELDS];
    if (known !== undefined) return known;
    const row = Array.from(this.values.subarray(place, place + FIELDS_USED));
    this.#rows[place / FIELDS] = row;
    return row;
  }

  /** A number of the minute that rules look at; undefined: it has no candle. */
  newest(field: number): number | undefined {
    const place = this.#newest & (RING - 1);
    return this.#newest >= 0 && this.#minutes[place] === this.#newest ? this.values[place * FIELDS + field] : undefined;
  }

  /** Place of the oldest of the last `count` minutes when all of them have a candle; undefined otherwise. */
  oldestOf(count: number): number | undefined {
    const newest = this.#newest;
    const oldest = newest - count + 1;
    if (this.#minutes[newest & (RING - 1)] !== newest || newest < 0) return undefined;
    if ((this.#runs[newest & (RING - 1)] as number) < count) return undefined;
    // Its place may have been taken since by a later minute, where a minute of the past is looked at again.
    return this.#minutes[oldest & (RING - 1)] === oldest ? (oldest & (RING - 1)) * FIELDS : undefined;
  }
}
