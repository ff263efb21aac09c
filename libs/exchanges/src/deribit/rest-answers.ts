/** Answers of Deribit's REST side: agreed shape in, our words out. */
import type { Candle } from '@screener/market';
import { z } from 'zod';
import type { ListedInstrument, ProblemListener } from '../exchange.ts';
import { assetText, symbolText, time } from '../fields.ts';
import { type AskedBars, plainCandle, type RowFormat, readRows } from '../rest/candle-rows.ts';
import { listedSymbols } from '../rest/listed-symbols.ts';

const answered = <T>(result: z.ZodType<T>) => z.object({ jsonrpc: z.literal('2.0'), result });

export const unknownSymbol = z.object({ error: z.object({ code: z.literal(13020) }) });

export const parseServerTime = (body: unknown): number => answered(time).parse(body).result;

const column = z.array(z.unknown());
const chart = answered(
  z.object({
    status: z.enum(['ok', 'no_data']),
    ticks: column,
    open: column,
    high: column,
    low: column,
    close: column,
    volume: column,
    cost: column,
  }),
);

const amount = z.number();
const chartRow = z.tuple([time, amount, amount, amount, amount, amount, amount]);
const chartRows: RowFormat<z.infer<typeof chartRow>> = {
  shape: chartRow,
  order: 'oldest-first',
  read: ([tick, open, high, low, close, volume, cost]) => ({
    candle: plainCandle(tick, [open, high, low, close], volume, cost),
  }),
};

/** Columns, which have to be equally long. */
export function parseCandles(body: unknown, asked: AskedBars): readonly Candle[] {
  const { ticks, open, high, low, close, volume, cost } = chart.parse(body).result;
  const columns = [ticks, open, high, low, close, volume, cost];
  const uneven = columns.find(({ length }) => length !== ticks.length);
  if (uneven !== undefined) throw new RangeError(`a column of ${uneven.length} beside ${ticks.length} times`);
  const rows = ticks.map((_, index) => columns.map((values) => values[index]));
  return readRows(rows, chartRows, asked);
}

const listedInstrument = z.object({
  instrument_name: symbolText,
  kind: z.string(),
  settlement_period: z.string().optional(),
  is_active: z.boolean(),
  base_currency: assetText,
  quote_currency: assetText,
  /** What the price of an inverse contract is in, whose `quote_currency` may say the same. */
  counter_currency: assetText.optional(),
  tick_size: z.number().positive(),
  min_trade_amount: z.number().positive(),
  instrument_type: z.string().optional(),
  creation_timestamp: time,
});

const instrumentList = answered(z.array(z.unknown()));
const perpetual = 'perpetual';

export const parseInstruments = (body: unknown, problem: ProblemListener): readonly ListedInstrument[] =>
  listedSymbols(instrumentList.parse(body).result, listedInstrument, problem, (entry) => ({
    exchange: 'deribit',
    market: 'futures',
    symbol: entry.instrument_name,
    base: entry.base_currency,
    quote: entry.counter_currency ?? entry.quote_currency,
    kind: entry.kind === 'spot' ? 'spot' : entry.settlement_period === perpetual ? perpetual : 'other',
    // It says no more than that.
    status: entry.is_active ? 'trading' : 'halted',
    tickSize: entry.tick_size,
    // Amounts of inverse contracts are dollars, which are no fixed step in coins.
    stepSize: entry.instrument_type === 'reversed' ? null : entry.min_trade_amount,
    listedAt: entry.creation_timestamp,
  }));

/** Instruments that did not trade may say null, or nothing. */
const summaries = answered(
  z.array(z.object({ instrument_name: z.string(), volume_usd: z.number().nonnegative().nullish() })),
);

export const parseDayValues = (body: unknown): readonly (readonly [string, number])[] =>
  summaries.parse(body).result.map(({ instrument_name, volume_usd }) => [instrument_name, volume_usd ?? 0] as const);
