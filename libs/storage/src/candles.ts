/** The table of closed one-minute candles. */
import type { Pool } from 'pg';
import type { CopyRow, MergeTarget } from './copy-rows.ts';
import { ms } from './time-column.ts';

/** Times in ms, UTC. Field by field what the event KlineClosed says. */
export interface CandleRow {
  readonly instrument: string;
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly quoteVolume: number;
  readonly trades: number;
  readonly takerBuyVolume: number;
  readonly takerBuyQuoteVolume: number;
  readonly source: string;
}

export type BarRow = Omit<CandleRow, 'instrument' | 'source'>;

export const CANDLES_MAX = 1_500;

export const candleTarget: MergeTarget = {
  table: 'candles',
  columns: [
    ...['instrument', 'open_time', 'open', 'high', 'low', 'close', 'volume', 'quote_volume', 'trades'],
    ...['taker_buy_volume', 'taker_buy_quote_volume', 'source'],
  ],
  key: ['instrument', 'open_time'],
  // What the log states later is a correction.
  onConflict: 'replace',
};

export const candleToCopy = (candle: CandleRow): CopyRow => [
  candle.instrument,
  new Date(candle.openTime),
  candle.open,
  candle.high,
  candle.low,
  candle.close,
  candle.volume,
  candle.quoteVolume,
  candle.trades,
  candle.takerBuyVolume,
  candle.takerBuyQuoteVolume,
  candle.source,
];

/** The newest candles that opened before `before` (ms), oldest first. */
export async function latestCandles(
  pool: Pool,
  instrument: string,
  limit: number,
  before?: number,
): Promise<CandleRow[]> {
  const { rows } = await pool.query<CandleRow>(
    `SELECT instrument, ${ms('open_time', 'openTime')}, open, high, low, close, volume, quote_volume AS "quoteVolume",
            trades::float8 AS trades, taker_buy_volume AS "takerBuyVolume", taker_buy_quote_volume AS "takerBuyQuoteVolume", source
     FROM candles WHERE instrument = $1 AND ($2::timestamptz IS NULL OR open_time < $2)
     ORDER BY open_time DESC LIMIT $3`,
    [instrument, before === undefined ? null : new Date(before), boundedLimit(limit)],
  );
  return rows.reverse();
}

/** Clock-aligned UTC bars of any whole number of minutes (weeks start on Monday), assembled from candles, oldest first. */
export async function latestBars(
  pool: Pool,
  instrument: string,
  minutes: number,
  limit: number,
  before?: number,
): Promise<BarRow[]> {
  const { rows } = await pool.query<BarRow>(
    `WITH newest AS (
       SELECT date_bin($2 * interval '1 minute', max(open_time), $5::timestamptz) AS bar
       FROM candles WHERE instrument = $1 AND ($3::timestamptz IS NULL OR open_time < $3)
     )
     SELECT ${ms(`date_bin($2 * interval '1 minute', open_time, $5::timestamptz)`, 'openTime')},
            (array_agg(open ORDER BY open_time))[1] AS open, max(high) AS high, min(low) AS low,
            (array_agg(close ORDER BY open_time DESC))[1] AS close, sum(volume) AS volume, sum(quote_volume) AS "quoteVolume",
            sum(trades)::float8 AS trades, sum(taker_buy_volume) AS "takerBuyVolume",
            sum(taker_buy_quote_volume) AS "takerBuyQuoteVolume"
     FROM candles, newest
     WHERE instrument = $1 AND ($3::timestamptz IS NULL OR open_time < $3)
       AND open_time >= newest.bar - ($4 - 1) * $2 * interval '1 minute'
     GROUP BY 1 ORDER BY 1`,
    [instrument, minutes, before === undefined ? null : new Date(before), boundedLimit(limit), firstMonday],
  );
  return rows;
}

const firstMonday = new Date('1970-01-05T00:00:00Z');

const boundedLimit = (limit: number): number => Math.min(Math.max(1, Math.trunc(limit)), CANDLES_MAX);
