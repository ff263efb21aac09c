/** Answers of the REST side: agreed shape in, our words out. */
import type { Candle } from '@screener/market';
import { z } from 'zod';
import type { InstrumentStatus, ListedInstrument, ProblemListener } from '../exchange.ts';
import { decimalText, time } from './fields.ts';
import { absurdity } from './kline-frame.ts';

export const serverTimeAnswer = z.object({ serverTime: time });

const klineRow = z
  .tuple([
    time,
    decimalText,
    decimalText,
    decimalText,
    decimalText,
    decimalText,
    time,
    decimalText,
    z.int().nonnegative(),
  ])
  .rest(z.unknown());
const takerPart = z.tuple([decimalText, decimalText]).rest(z.unknown());

/** Candles in ascending order within [from, to]. */
export function parseKlines(body: unknown, from: number, to: number): readonly Candle[] {
  let previous = from - 1;
  return z
    .array(klineRow)
    .parse(body)
    .map((row) => {
      const [openTime, open, high, low, close, volume, closeTime, quoteVolume, trades] = row;
      const [takerBuyVolume, takerBuyQuoteVolume] = takerPart.parse(row.slice(9));
      const candle = {
        openTime,
        open: Number(open),
        high: Number(high),
        low: Number(low),
        close: Number(close),
        volume: Number(volume),
        quoteVolume: Number(quoteVolume),
        trades,
        takerBuyVolume: Number(takerBuyVolume),
        takerBuyQuoteVolume: Number(takerBuyQuoteVolume),
      };
      const absurd = absurdity(candle, closeTime);
      if (absurd !== undefined) throw new RangeError(`the candle of ${openTime}: ${absurd}`);
      if (openTime <= previous || openTime > to) throw new RangeError(`the candle of ${openTime} was not asked for`);
      previous = openTime;
      return candle;
    });
}

const exchangeInfo = z.object({ symbols: z.array(z.unknown()) });

const listedSymbol = z.object({
  symbol: z.string().min(1),
  contractType: z.string(),
  status: z.string(),
  baseAsset: z.string(),
  quoteAsset: z.string(),
  onboardDate: time.optional(),
  filters: z.array(
    z.object({ filterType: z.string(), tickSize: decimalText.optional(), stepSize: decimalText.optional() }),
  ),
});

/** As of 2026; an unknown one is reported and counts as halted, so that nothing is expected of it. */
const statuses: Readonly<Record<string, InstrumentStatus>> = {
  PENDING_TRADING: 'listed',
  TRADING: 'trading',
  PRE_SETTLE: 'delisted',
  SETTLING: 'delisted',
  PRE_DELIVERING: 'delisted',
  DELIVERING: 'delisted',
  DELIVERED: 'delisted',
  CLOSE: 'delisted',
};

/** One strange symbol is reported and left out; it does not hide the others. */
export function parseInstruments(body: unknown, problem: ProblemListener): readonly ListedInstrument[] {
  return exchangeInfo.parse(body).symbols.flatMap((entry) => {
    const parsed = listedSymbol.safeParse(entry);
    const sample = JSON.stringify(entry).slice(0, 300);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const text = `a listed symbol has another shape: ${issue?.path.join('.')}: ${issue?.message}`;
      problem({ reason: 'unknown-shape', text, sample });
      return [];
    }
    const { symbol, contractType, baseAsset, quoteAsset, onboardDate, filters } = parsed.data;
    const status = statuses[parsed.data.status];
    if (status === undefined) {
      problem({ reason: 'unknown-status', text: `${symbol} has the unknown status ${parsed.data.status}`, sample });
    }
    const filter = (type: string) => filters.find(({ filterType }) => filterType === type);
    const step = (text: string | undefined): number | null => (text === undefined ? null : Number(text));
    return {
      exchange: 'binance',
      market: 'usdm',
      symbol,
      base: baseAsset,
      quote: quoteAsset,
      kind: contractType === 'PERPETUAL' ? 'perpetual' : 'other',
      status: status ?? 'halted',
      tickSize: step(filter('PRICE_FILTER')?.tickSize),
      stepSize: step(filter('LOT_SIZE')?.stepSize),
      listedAt: onboardDate ?? null,
    } satisfies ListedInstrument;
  });
}

const dayTickers = z.array(z.object({ symbol: z.string(), quoteVolume: decimalText }));

export const parseDayValues = (body: unknown): ReadonlyMap<string, number> =>
  new Map(dayTickers.parse(body).map(({ symbol, quoteVolume }) => [symbol, Number(quoteVolume)]));
