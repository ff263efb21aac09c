/** Answers of OKX's REST side: agreed shape in, our words out. */
import type { Candle } from '@screener/market';
import { z } from 'zod';
import type { InstrumentStatus, ListedInstrument, ProblemListener } from '../exchange.ts';
import { assetText, decimalText, optionalNumber, symbolText, timeText } from '../fields.ts';
import { type AskedBars, readRows } from '../rest/candle-rows.ts';
import { knownStatus, listedSymbols } from '../rest/listed-symbols.ts';
import type { Refusal } from '../rest/rest-client.ts';
import { candleRow, type OkxMarket, okxCandle } from './kline-frame.ts';

/** OKX answers errors with status 200 as well. */
const answered = <T>(entry: z.ZodType<T>) => z.object({ code: z.literal('0'), data: z.array(entry) });

/** 50001: not available for a while; 50004: their own time ran out; 50013 and 50026: busy, or an error of theirs. */
const passingCodes: readonly string[] = ['50001', '50004', '50013', '50026'];
const error = z.object({ code: z.string(), msg: z.string() });

export function okxRefusal(body: unknown): Refusal | undefined {
  const parsed = error.safeParse(body);
  if (!parsed.success || parsed.data.code === '0') return undefined;
  const { code, msg } = parsed.data;
  return { reason: `${code} ${msg}`, passing: passingCodes.includes(code) };
}

export const unknownSymbol = z.object({ code: z.literal('51001') });

const serverTime = answered(z.object({ ts: timeText }));

export function parseServerTime(body: unknown): number {
  const [first] = serverTime.parse(body).data;
  if (first === undefined) throw new RangeError('no time in the answer');
  return first.ts;
}

const candleRows = answered(z.unknown());

export const parseCandles = (body: unknown, market: OkxMarket, asked: AskedBars): readonly Candle[] =>
  readRows(
    candleRows.parse(body).data,
    { shape: candleRow, order: 'newest-first', read: (row) => ({ candle: okxCandle(row, market) }) },
    asked,
  );

const listedSymbol = z.object({
  instId: symbolText,
  baseCcy: assetText,
  quoteCcy: assetText,
  /** Of a contract: the pair that it follows. */
  uly: assetText,
  ctType: z.string(),
  ctVal: z.union([decimalText, z.literal('')]),
  state: z.string(),
  tickSz: z.union([decimalText, z.literal('')]),
  lotSz: z.union([decimalText, z.literal('')]),
  listTime: z.union([timeText, z.literal('')]),
});

/** As of 2026. */
const statuses: Readonly<Record<string, InstrumentStatus>> = {
  preopen: 'listed',
  live: 'trading',
  post_only: 'halted',
  suspend: 'halted',
  rebase: 'halted',
  settling: 'halted',
  test: 'halted',
  expired: 'delisted',
};

const instrumentList = answered(z.unknown());

export const parseInstruments = (
  body: unknown,
  market: OkxMarket,
  problem: ProblemListener,
): readonly ListedInstrument[] =>
  listedSymbols(instrumentList.parse(body).data, listedSymbol, problem, (entry, sample) => {
    const [base = '', quote = ''] = market === 'swap' ? entry.uly.split('-') : [entry.baseCcy, entry.quoteCcy];
    return {
      exchange: 'okx',
      market,
      symbol: entry.instId,
      base,
      quote,
      kind: market === 'swap' ? 'perpetual' : 'spot',
      status: knownStatus(statuses, entry.state, entry.instId, problem, sample),
      tickSize: optionalNumber(entry.tickSz),
      stepSize: market === 'spot' ? optionalNumber(entry.lotSz) : contractStep(entry),
      listedAt: entry.listTime || null,
    };
  });

/** In coins. A contract on so many dollars has no fixed step in coins. */
function contractStep({ ctType, ctVal, lotSz }: z.infer<typeof listedSymbol>): number | null {
  if (ctType !== 'linear' || ctVal === '' || lotSz === '') return null;
  // Ten digits say more than any step has; they round off what binary fractions add.
  return Number((Number(ctVal) * Number(lotSz)).toPrecision(10));
}

const amountOrNone = z.union([decimalText, z.literal('')]);
const tickers = answered(z.object({ instId: z.string(), last: amountOrNone, volCcy24h: amountOrNone }));

/** Spot says the traded value; contracts say coins, which are valued at the latest price. */
export const parseDayValues = (body: unknown, market: OkxMarket): ReadonlyMap<string, number> =>
  new Map(
    tickers
      .parse(body)
      .data.map(({ instId, last, volCcy24h }) => [instId, Number(volCcy24h) * (market === 'swap' ? Number(last) : 1)]),
  );
