/** Answers of Kraken's REST side: agreed shape in, our words out. */
import { type Candle, MINUTE_MS } from '@screener/market';
import { z } from 'zod';
import type { InstrumentStatus, ListedInstrument, ProblemListener } from '../exchange.ts';
import { decimalText, optionalNumber, symbolText, time } from '../fields.ts';
import { type AskedBars, plainCandle, type RowFormat, readRows } from '../rest/candle-rows.ts';
import { knownStatus, listedSymbols } from '../rest/listed-symbols.ts';
import type { Refusal } from '../rest/rest-client.ts';
import { restPair, streamSymbol } from './symbols.ts';

/** Kraken answers errors with status 200 as well. */
const answered = <T>(result: z.ZodType<T>) => z.object({ error: z.array(z.string()).max(0), result });

const errors = z.object({ error: z.array(z.string()).min(1) });

/** Errors of its service come and go; those of a question do not. */
export function krakenRefusal(body: unknown): Refusal | undefined {
  const parsed = errors.safeParse(body);
  if (!parsed.success) return undefined;
  const reason = parsed.data.error.join(', ');
  return { reason, passing: /^(EService:|EGeneral:Internal)/.test(reason) };
}

/** Its codes are words: of what it never listed, and of what it lists no more. */
export const unknownSymbol = z.object({
  error: z.tuple([z.string().regex(/^EQuery:(Unknown|Invalid) asset pair/)]).rest(z.string()),
});

export const parseServerTime = (body: unknown): number =>
  answered(z.object({ unixtime: time })).parse(body).result.unixtime * 1_000;

/** Time in s, prices, vwap, volume, trades. */
const ohlcRow = z.tuple([
  time,
  decimalText,
  decimalText,
  decimalText,
  decimalText,
  decimalText,
  decimalText,
  z.int().nonnegative(),
]);
const ohlc = answered(z.record(z.string(), z.unknown()));

const ohlcRows: RowFormat<z.infer<typeof ohlcRow>> = {
  shape: ohlcRow,
  order: 'oldest-first',
  timeUnitMs: 1_000,
  // Kraken cannot be asked for an end, and always adds the candle in progress.
  unaskedToo: true,
  read([seconds, open, high, low, close, vwap, volume, trades]) {
    const prices = [Number(open), Number(high), Number(low), Number(close)] as const;
    const candle = plainCandle(seconds * 1_000, prices, Number(volume), Number(volume) * Number(vwap));
    return { candle: { ...candle, trades } };
  },
};

export function parseCandles(body: unknown, asked: AskedBars): readonly Candle[] {
  const { last: _, ...byPair } = ohlc.parse(body).result;
  const lists = Object.values(byPair);
  if (lists.length !== 1) throw new RangeError(`candles of ${lists.length} pairs in one answer`);
  return readRows(z.array(z.unknown()).parse(lists[0]), ohlcRows, asked);
}

/** `since` is exclusive, in seconds. */
export const sinceOf = (from: number, minutes: number): number => Math.max(0, (from - minutes * MINUTE_MS) / 1_000);

const assetPair = z.object({
  wsname: symbolText.includes('/'),
  status: z.string(),
  tick_size: decimalText.optional(),
  lot_decimals: z.int().min(0).max(30),
});

/** As of 2026. */
const statuses: Readonly<Record<string, InstrumentStatus>> = {
  online: 'trading',
  limit_only: 'trading',
  post_only: 'halted',
  cancel_only: 'halted',
  reduce_only: 'halted',
  maintenance: 'halted',
  work_in_progress: 'listed',
  delisted: 'delisted',
};

const pairs = answered(z.record(z.string(), z.unknown()));

export const parseInstruments = (body: unknown, problem: ProblemListener): readonly ListedInstrument[] =>
  listedSymbols(Object.values(pairs.parse(body).result), assetPair, problem, (entry, sample) => {
    const symbol = streamSymbol(entry.wsname);
    const [base = '', quote = ''] = symbol.split('/');
    return {
      exchange: 'kraken',
      market: 'spot',
      symbol,
      base,
      quote,
      kind: 'spot',
      status: knownStatus(statuses, entry.status, symbol, problem, sample),
      tickSize: optionalNumber(entry.tick_size),
      stepSize: Number(`1e-${entry.lot_decimals}`),
      listedAt: null,
    };
  });

/** Of the last 24 hours: the second of each pair; the first is of today. */
const ofDay = z.tuple([z.unknown(), decimalText]);
const tickers = answered(z.record(z.string(), z.object({ v: ofDay, p: ofDay })));

/** By the names that Kraken's REST side answers with, such as XXBTZUSD. */
export const parseTickers = (body: unknown): ReadonlyMap<string, number> =>
  new Map(Object.entries(tickers.parse(body).result).map(([pair, { v, p }]) => [pair, Number(v[1]) * Number(p[1])]));

/** Which symbol a name such as XXBTZUSD stands for. */
export function parsePairNames(body: unknown): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [pair, entry] of Object.entries(pairs.parse(body).result)) {
    const known = assetPair.safeParse(entry);
    if (!known.success) continue;
    const symbol = streamSymbol(known.data.wsname);
    names.set(pair, symbol);
    names.set(restPair(symbol), symbol);
  }
  return names;
}
