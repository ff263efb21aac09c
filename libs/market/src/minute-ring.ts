import { type CandleInProgress, MINUTE_MS } from './candle.ts';
import { WINDOW_MINUTES_MAX } from './interval.ts';

/** Columns that windows and indicators read; `takerBuyVolume` is not among them, so it is not kept. */
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

/**
 * The closed candles of the last 1,440 wall minutes, one typed array per column. A minute (whole minutes since 1970) has
 * its slot at `minute % 1440`; a minute without a candle is a hole that stays a hole.
 */
export class MinuteRing {
  readonly columns: Readonly<Record<RingColumn, Float64Array>>;
  readonly #present = new Uint8Array(SIZE);
  #newest = -1;

  constructor() {
    const buffer = new ArrayBuffer(ringColumns.length * SIZE * Float64Array.BYTES_PER_ELEMENT);
    const column = (name: RingColumn) =>
      new Float64Array(buffer, ringColumns.indexOf(name) * SIZE * Float64Array.BYTES_PER_ELEMENT, SIZE);
    this.columns = {
      open: column('open'),
      high: column('high'),
      low: column('low'),
      close: column('close'),
      volume: column('volume'),
      quoteVolume: column('quoteVolume'),
      trades: column('trades'),
      takerBuyQuoteVolume: column('takerBuyQuoteVolume'),
    };
  }

  /** Newest minute, present or a hole; -1 before the first. */
  get newest(): number {
    return this.#newest;
  }

  /** Whether the minute is one of the last 1,440 and has a candle. */
  has(minute: number): boolean {
    return minute >= 0 && minute <= this.#newest && minute > this.#newest - SIZE && this.#present[minute % SIZE] === 1;
  }

  slot(minute: number): number {
    return minute % SIZE;
  }

  /** The next wall minute, as a hole. */
  appendHole(minute: number): void {
    this.#newest = minute;
    this.#present[minute % SIZE] = 0;
  }

  /** The next wall minute. */
  append(minute: number, candle: CandleInProgress): void {
    const slot = minute % SIZE;
    this.#newest = minute;
    this.#present[slot] = 1;
    const { columns } = this;
    columns.open[slot] = candle.open;
    columns.high[slot] = candle.high;
    columns.low[slot] = candle.low;
    columns.close[slot] = candle.close;
    columns.volume[slot] = candle.volume;
    columns.quoteVolume[slot] = candle.quoteVolume;
    columns.trades[slot] = candle.trades;
    columns.takerBuyQuoteVolume[slot] = candle.takerBuyQuoteVolume;
  }

  /** The candle of a minute that the ring has. */
  read(minute: number): CandleInProgress | undefined {
    if (!this.has(minute)) return undefined;
    const slot = minute % SIZE;
    const at = (name: RingColumn): number => this.columns[name][slot] as number;
    return {
      openTime: minute * MINUTE_MS,
      open: at('open'),
      high: at('high'),
      low: at('low'),
      close: at('close'),
      volume: at('volume'),
      quoteVolume: at('quoteVolume'),
      trades: at('trades'),
      takerBuyQuoteVolume: at('takerBuyQuoteVolume'),
    };
  }
}
