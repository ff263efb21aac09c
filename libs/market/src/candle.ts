/** One minute of trading. Prices and volumes as the exchange states them; times in ms, UTC. */
export interface Candle extends CandleInProgress {
  /** Part of `volume` where the buyer was the taker. */
  readonly takerBuyVolume: number;
}

/** What windows need of a candle; the one in progress has no more than this. */
export interface CandleInProgress {
  /** First millisecond of the minute. */
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Traded amount in the base asset. */
  readonly volume: number;
  /** Traded amount in the quote asset. */
  readonly quoteVolume: number;
  readonly trades: number;
  /** Part of `quoteVolume` where the buyer was the taker. */
  readonly takerBuyQuoteVolume: number;
}

/** The numbers of a candle, in the order in which they are written everywhere. */
export const candleValueNames = [
  'open',
  'high',
  'low',
  'close',
  'volume',
  'quoteVolume',
  'trades',
  'takerBuyVolume',
  'takerBuyQuoteVolume',
] as const satisfies readonly (keyof Candle)[];

/** Column by column, as events have bars: the same place in every list is the same one. `barsOfColumns` reads them. */
export type CandleColumns = Record<'openTime' | (typeof candleValueNames)[number], number[]>;

export function columnsOfCandles(candles: readonly Candle[]): CandleColumns {
  const column = (name: keyof Candle): number[] => candles.map((candle) => candle[name]);
  return {
    openTime: column('openTime'),
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
    quoteVolume: column('quoteVolume'),
    trades: column('trades'),
    takerBuyVolume: column('takerBuyVolume'),
    takerBuyQuoteVolume: column('takerBuyQuoteVolume'),
  };
}

export const MINUTE_MS = 60_000;

/** Minutes are kept as 32-bit numbers. */
const OPEN_TIME_LIMIT = 2 ** 31 * MINUTE_MS;

/** Why this cannot be the open time of a one-minute candle; undefined when it can. */
export function openTimeProblem(openTime: number): string | undefined {
  if (!(openTime >= 0 && openTime < OPEN_TIME_LIMIT)) return `open time ${openTime} is not a time in ms`;
  if (openTime % MINUTE_MS !== 0) return `open time ${openTime} is not the start of a minute`;
  return undefined;
}

/** Why no exchange can have meant this candle, in one line for people; undefined for a sound one. */
export function candleProblem(candle: CandleInProgress & Partial<Pick<Candle, 'takerBuyVolume'>>): string | undefined {
  const { open, high, low, close } = candle;
  const misplaced = openTimeProblem(candle.openTime);
  if (misplaced !== undefined) return misplaced;
  if (!(open > 0 && high > 0 && low > 0 && close > 0 && high < Infinity)) return 'a price is not a positive number';
  if (high < open || high < close || high < low) return `high ${high} is not the highest price`;
  if (low > open || low > close) return `low ${low} is not the lowest price`;
  const { volume, quoteVolume, trades, takerBuyVolume = 0, takerBuyQuoteVolume } = candle;
  if (!isAmount(volume) || !isAmount(quoteVolume) || !isAmount(takerBuyVolume) || !isAmount(takerBuyQuoteVolume)) {
    return 'a volume is not a number of 0 or more';
  }
  // Whole numbers below 2^42 keep the plain sum of 1,440 of them exact.
  if (!Number.isInteger(trades) || trades < 0 || trades >= 2 ** 42) return `trades ${trades} is not a count`;
  return undefined;
}

const isAmount = (value: number): boolean => value >= 0 && value < Infinity;
