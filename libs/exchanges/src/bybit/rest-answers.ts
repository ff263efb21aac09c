/** Answers of Bybit's REST side: agreed shape in, our words out. */
import type { Candle } from '@screener/market';
import { z } from 'zod';
import type { InstrumentStatus, ListedInstrument, ProblemListener } from '../exchange.ts';
import { assetText, decimalText, optionalNumber, symbolText, time, timeText } from '../fields.ts';
import { type AskedBars, plainCandle, type RowFormat, readRows } from '../rest/candle-rows.ts';
import { knownStatus, listedSymbols } from '../rest/listed-symbols.ts';
import type { Refusal } from '../rest/rest-client.ts';

export type BybitMarket = 'linear' | 'spot';

/** Bybit answers errors with status 200 as well. */
const answered = <T>(result: z.ZodType<T>) => z.object({ retCode: z.literal(0), time, result });

/** 10000: their own time ran out; 10016: an error of theirs. */
const passingCodes: readonly number[] = [10000, 10016];
const error = z.object({ retCode: z.int(), retMsg: z.string() });

export function bybitRefusal(body: unknown): Refusal | undefined {
  const parsed = error.safeParse(body);
  if (!parsed.success || parsed.data.retCode === 0) return undefined;
  const { retCode, retMsg } = parsed.data;
  return { reason: `${retCode} ${retMsg}`, passing: passingCodes.includes(retCode) };
}

/** A parameter of another kind than agreed: of ours, only the symbol can be one. */
export const unknownSymbol = z.object({ retCode: z.literal(10001) });

export const parseServerTime = (body: unknown): number => answered(z.unknown()).parse(body).time;

const klineRow = z
  .tuple([timeText, decimalText, decimalText, decimalText, decimalText, decimalText, decimalText])
  .rest(z.unknown());
const klineList = answered(z.object({ list: z.array(z.unknown()) }));
const klineRows: RowFormat<z.infer<typeof klineRow>> = {
  shape: klineRow,
  order: 'newest-first',
  read: ([start, open, high, low, close, volume, turnover]) => {
    const prices = [Number(open), Number(high), Number(low), Number(close)] as const;
    return { candle: plainCandle(start, prices, Number(volume), Number(turnover)) };
  },
};

export const parseKlines = (body: unknown, asked: AskedBars): readonly Candle[] =>
  readRows(klineList.parse(body).result.list, klineRows, asked);

const instrumentPage = answered(z.object({ list: z.array(z.unknown()), nextPageCursor: z.string().nullish() }));

const listedSymbol = z.object({
  symbol: symbolText,
  /** Contracts only. */
  contractType: z.string().optional(),
  status: z.string(),
  baseCoin: assetText,
  quoteCoin: assetText,
  launchTime: timeText.optional(),
  priceFilter: z.object({ tickSize: decimalText.optional() }),
  lotSizeFilter: z.object({ qtyStep: decimalText.optional(), basePrecision: decimalText.optional() }),
});

/** As of 2026. */
const statuses: Readonly<Record<string, InstrumentStatus>> = {
  PreLaunch: 'listed',
  PendingOpen: 'listed',
  Trading: 'trading',
  Delivering: 'delisted',
  Closed: 'delisted',
};

const kinds: Readonly<Record<string, ListedInstrument['kind']>> = { LinearPerpetual: 'perpetual' };

export function parseInstruments(
  body: unknown,
  market: BybitMarket,
  problem: ProblemListener,
): { readonly instruments: readonly ListedInstrument[]; readonly cursor: string } {
  const { list, nextPageCursor } = instrumentPage.parse(body).result;
  const instruments = listedSymbols(list, listedSymbol, problem, (entry, sample) => ({
    exchange: 'bybit',
    market,
    symbol: entry.symbol,
    base: entry.baseCoin,
    quote: entry.quoteCoin,
    kind: market === 'spot' ? 'spot' : (kinds[entry.contractType ?? ''] ?? 'other'),
    status: knownStatus(statuses, entry.status, entry.symbol, problem, sample),
    tickSize: optionalNumber(entry.priceFilter.tickSize),
    stepSize: optionalNumber(entry.lotSizeFilter.qtyStep ?? entry.lotSizeFilter.basePrecision),
    // Tokenised shares say 0.
    listedAt: entry.launchTime || null,
  }));
  return { instruments, cursor: nextPageCursor ?? '' };
}

const tickers = answered(z.object({ list: z.array(z.object({ symbol: z.string(), turnover24h: decimalText })) }));

export const parseDayValues = (body: unknown): ReadonlyMap<string, number> =>
  new Map(tickers.parse(body).result.list.map(({ symbol, turnover24h }) => [symbol, Number(turnover24h)]));
