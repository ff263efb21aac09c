/** Answers of the REST side: agreed shape in, our words out. */
import { type Candle, MINUTE_MS } from '@screener/market';
import { z } from 'zod';
import type { ListedInstrument, ProblemListener } from '../exchange.ts';
import { assetText, decimalText, optionalNumber, symbolText, time } from '../fields.ts';
import { type AskedBars, type RowFormat, readRows } from '../rest/candle-rows.ts';
import { knownStatus, listedSymbols } from '../rest/listed-symbols.ts';
import type { BinanceMarket } from './create-binance.ts';

export const serverTimeAnswer = z.object({ serverTime: time });

/** Invalid symbol. */
export const unknownSymbol = z.object({ code: z.literal(-1121) });

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
    decimalText,
    decimalText,
  ])
  .rest(z.unknown());

const klineRows = (minutes: number): RowFormat<z.infer<typeof klineRow>> => ({
  shape: klineRow,
  order: 'oldest-first',
  read([openTime, open, high, low, close, volume, closeTime, quoteVolume, trades, takerBuy, takerBuyQuote]) {
    const candle = {
      openTime,
      open: Number(open),
      high: Number(high),
      low: Number(low),
      close: Number(close),
      volume: Number(volume),
      quoteVolume: Number(quoteVolume),
      trades,
      takerBuyVolume: Number(takerBuy),
      takerBuyQuoteVolume: Number(takerBuyQuote),
    };
    const inTime = closeTime === openTime + minutes * MINUTE_MS - 1;
    if (!inTime) return { candle, absurd: `it ends at ${closeTime}, not with its bar` };
    return candle.takerBuyVolume > candle.volume
      ? { candle, absurd: 'takers bought more than was traded' }
      : { candle };
  },
});

/** Candles in ascending order within [from, to]. */
export const parseKlines = (body: unknown, asked: AskedBars): readonly Candle[] =>
  readRows(z.array(z.unknown()).parse(body), klineRows(asked.minutes), asked);

const exchangeInfo = z.object({ symbols: z.array(z.unknown()) });

const listedSymbol = z.object({
  symbol: symbolText,
  /** Futures only. */
  contractType: z.string().optional(),
  status: z.string(),
  baseAsset: assetText,
  quoteAsset: assetText,
  onboardDate: time.optional(),
  filters: z.array(
    z.object({ filterType: z.string(), tickSize: decimalText.optional(), stepSize: decimalText.optional() }),
  ),
});

export const parseInstruments = (
  body: unknown,
  { market, statuses, kindOf }: Pick<BinanceMarket, 'market' | 'statuses' | 'kindOf'>,
  problem: ProblemListener,
): readonly ListedInstrument[] =>
  listedSymbols(exchangeInfo.parse(body).symbols, listedSymbol, problem, (entry, sample) => {
    const { symbol, contractType, status, baseAsset, quoteAsset, onboardDate, filters } = entry;
    const filter = (type: string) => filters.find(({ filterType }) => filterType === type);
    return {
      exchange: 'binance',
      market,
      symbol,
      base: baseAsset,
      quote: quoteAsset,
      kind: kindOf(contractType),
      status: knownStatus(statuses, status, symbol, problem, sample),
      tickSize: optionalNumber(filter('PRICE_FILTER')?.tickSize),
      stepSize: optionalNumber(filter('LOT_SIZE')?.stepSize),
      listedAt: onboardDate ?? null,
    };
  });

const dayTickers = z.array(z.object({ symbol: z.string(), quoteVolume: decimalText }));

export const parseDayValues = (body: unknown): ReadonlyMap<string, number> =>
  new Map(dayTickers.parse(body).map(({ symbol, quoteVolume }) => [symbol, Number(quoteVolume)]));
