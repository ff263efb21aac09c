/** REST of Binance, worded as the real one words it; spot and USD-M futures differ in what their tables say. */
import type { SimulatedInstrument } from '../../catalogue.ts';
import type { DayTicker } from '../../day-tickers.ts';
import { plainIntervals } from '../../intervals.ts';
import { type Answer, type ExchangeView, ok, stepText, wholeNumber } from '../../rest/rest-dialect.ts';
import type { InstrumentStatus } from '../../truth.ts';
import type { PrintedCandle } from '../../units.ts';

export interface BinanceRest {
  /** Where the paths begin. */
  readonly prefix: string;
  readonly klinesMax: number;
  readonly weightPerMinute: number;
  readonly statuses: Readonly<Record<InstrumentStatus, string>>;
  /** Fields of exchangeInfo beside the symbols. */
  readonly about: Readonly<Record<string, unknown>>;
  describe(instrument: SimulatedInstrument): Readonly<Record<string, unknown>>;
  /** How numbers are written. */
  number(text: string): string;
}

export const klinesDefault = 500;
const priceMax = '1000000';
const amountMax = '1000000000';

export const problem = (code: number, msg: string): string => JSON.stringify({ code, msg });
const bad = (code: number, message: string): Answer => ({ status: 400, body: problem(code, message) });
export const getOnly: Answer = { status: 405, body: problem(-1000, 'This simulator answers GET only.') };

export function binanceAnswer(
  rest: BinanceRest,
  path: string,
  query: URLSearchParams,
  view: ExchangeView,
): Answer | Promise<Answer> {
  switch (path.startsWith(`${rest.prefix}/`) ? path.slice(rest.prefix.length) : '') {
    case '/ping':
      return ok('{}');
    case '/time':
      return ok(JSON.stringify({ serverTime: view.serverTime() }));
    case '/exchangeInfo':
      return exchangeInfo(rest, query, view);
    case '/klines':
      return klines(rest, query, view);
    case '/ticker/24hr':
      return tickers(query, view);
    default:
      return { status: 404, body: problem(-5000, `Path ${path}, Method GET is invalid`) };
  }
}

function exchangeInfo(rest: BinanceRest, query: URLSearchParams, view: ExchangeView): Answer {
  const asked = query.get('symbol');
  if (asked !== null && view.instrument(asked) === undefined) return bad(-1121, 'Invalid symbol.');
  const symbols = view
    .listed()
    .filter(({ symbol }) => asked === null || symbol === asked)
    .map((instrument) => {
      const status = view.market.statusAt(instrument.symbol, view.now());
      const tickSize = rest.number(stepText(instrument.priceDecimals));
      const stepSize = rest.number(stepText(instrument.amountDecimals));
      return {
        symbol: instrument.symbol,
        status: typeof status === 'string' ? rest.statuses[status] : status.odd,
        baseAsset: instrument.base,
        quoteAsset: instrument.quote,
        ...rest.describe(instrument),
        filters: [
          { filterType: 'PRICE_FILTER', tickSize, minPrice: tickSize, maxPrice: rest.number(priceMax) },
          { filterType: 'LOT_SIZE', stepSize, minQty: stepSize, maxQty: rest.number(amountMax) },
        ],
      };
    });
  const limit = rest.weightPerMinute;
  return ok(
    JSON.stringify({
      timezone: 'UTC',
      serverTime: view.serverTime(),
      rateLimits: [{ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit }],
      exchangeFilters: [],
      ...rest.about,
      symbols,
    }),
  );
}

async function klines(rest: BinanceRest, query: URLSearchParams, view: ExchangeView): Promise<Answer> {
  const symbol = query.get('symbol');
  if (!symbol) return bad(-1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.");
  const instrument = view.instrument(symbol);
  if (instrument === undefined) return bad(-1121, 'Invalid symbol.');
  const interval = plainIntervals.get(query.get('interval') ?? '');
  if (interval === undefined) return bad(-1120, 'Invalid interval.');
  const limit = wholeNumber(query, 'limit') ?? klinesDefault;
  const startTime = wholeNumber(query, 'startTime');
  const endTime = wholeNumber(query, 'endTime');
  if (Number.isNaN(limit) || Number.isNaN(startTime) || Number.isNaN(endTime) || limit < 1) {
    return bad(-1100, "Illegal characters found in parameter; legal range is '^[0-9]{1,20}$'.");
  }
  if (startTime !== undefined && endTime !== undefined && startTime > endTime) {
    return bad(-1101, 'Start time is greater than end time.');
  }
  // With a start the oldest are given, without one the newest.
  const candles = await view.candles(instrument, interval, {
    first: startTime ?? 0,
    last: endTime ?? view.now(),
    limit: Math.min(limit, rest.klinesMax),
    keep: startTime === undefined ? 'newest' : 'oldest',
  });
  return ok(`[${candles.map((candle) => row(rest, candle)).join(',')}]`);
}

function row({ number }: BinanceRest, candle: PrintedCandle): string {
  const { openTime, closeTime, open, high, low, close, volume, quoteVolume, trades } = candle;
  const prices = `"${number(open)}","${number(high)}","${number(low)}","${number(close)}"`;
  const taker = `"${number(candle.takerBuyVolume)}","${number(candle.takerBuyQuoteVolume)}"`;
  return `[${openTime},${prices},"${number(volume)}",${closeTime},"${number(quoteVolume)}",${trades},${taker},"0"]`;
}

function tickers(query: URLSearchParams, view: ExchangeView): Answer {
  const symbol = query.get('symbol');
  if (symbol === null) return ok(JSON.stringify(view.listed().map((instrument) => ticker(view.ticker(instrument)))));
  const instrument = view.instrument(symbol);
  return instrument === undefined ? bad(-1121, 'Invalid symbol.') : ok(JSON.stringify(ticker(view.ticker(instrument))));
}

function ticker({ instrument, open, high, low, close, volume, quoteVolume, trades, openTime, closeTime }: DayTicker) {
  const { symbol, priceDecimals, amountDecimals } = instrument;
  const scale = 10 ** priceDecimals;
  const price = (ticks: number): string => (ticks / scale).toFixed(priceDecimals);
  return {
    symbol,
    priceChange: price(close - open),
    priceChangePercent: (open === 0 ? 0 : ((close - open) / open) * 100).toFixed(3),
    weightedAvgPrice: (volume === 0 ? close / scale : quoteVolume / volume).toFixed(priceDecimals),
    lastPrice: price(close),
    openPrice: price(open),
    highPrice: price(high),
    lowPrice: price(low),
    volume: volume.toFixed(amountDecimals),
    quoteVolume: quoteVolume.toFixed(2),
    openTime,
    closeTime,
    count: trades,
  };
}
