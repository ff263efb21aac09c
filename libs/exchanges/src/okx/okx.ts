/** OKX v5, perpetual swaps and spot: public market data over REST and WebSocket. */
import { current, type Dated } from '../dated-route.ts';
import type { Exchange, KlineSource, RateRule } from '../exchange.ts';
import { ExchangeClock } from '../exchange-clock.ts';
import { type ExchangeOptions, exchangeFromSpec } from '../exchange-from-spec.ts';
import type { OkxMarket } from './kline-frame.ts';
import {
  okxRefusal,
  parseCandles,
  parseDayValues,
  parseInstruments,
  parseServerTime,
  unknownSymbol,
} from './rest-answers.ts';
import { okxProtocol, okxStreamLimits } from './stream-protocol.ts';

export interface OkxOptions extends ExchangeOptions {
  readonly market: OkxMarket;
}

const windowMs = 2_000;
/** The newest 1,440 bars can be had fast; ten are left for pages that wait their turn. */
const recentReach = 1_440 - 10;
const recentSources: readonly [Dated<KlineSource>, ...Dated<KlineSource>[]] = [
  {
    since: '2021-01-01',
    path: '/api/v5/market/candles',
    weights: [{ limitMax: 300, weight: 1 }],
    reach: recentReach,
  },
];
const olderSources: readonly [Dated<KlineSource>, ...Dated<KlineSource>[]] = [
  { since: '2021-01-01', path: '/api/v5/market/history-candles', weights: [{ limitMax: 100, weight: 1 }], reach: null },
];
const paths = {
  time: '/api/v5/public/time',
  instruments: '/api/v5/public/instruments',
  tickers: '/api/v5/market/tickers',
  recent: current(recentSources).path,
  older: current(olderSources).path,
};
/** Every path has a limit of its own. */
const requests = (what: string, count: number, path: string): RateRule => ({
  what: `requests for ${what}`,
  count,
  windowMs,
  rest: { counts: 'requests', windows: 'sliding', paths: [path] },
});
/** Code 50011 is the limit, whatever the status. */
export const okxRateLimitMs = (status: number, body: string): number | undefined =>
  status === 429 || /^\s*\{[^[{]*"code"\s*:\s*"50011"/.test(body) ? windowMs : undefined;

export function createOkx({ market, ...options }: OkxOptions): Exchange {
  const clock = new ExchangeClock(options.now);
  const instType = market.toUpperCase();
  return exchangeFromSpec(
    {
      exchange: 'okx',
      market,
      title: `OKX ${market}`,
      capabilities: {
        intervals: ['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '12h', '1d', '3d', '1w', '1M'],
        // Bars from 6H up begin at midnight in Hong Kong unless asked for in UTC.
        intervalCodes: {
          '1h': '1H',
          '2h': '2H',
          '4h': '4H',
          '6h': '6Hutc',
          '12h': '12Hutc',
          '1d': '1Dutc',
          '3d': '3Dutc',
          '1w': '1Wutc',
          '1M': '1Mutc',
        },
        closedBy: 'flag',
        eventTimeBy: 'receipt',
        candleFieldsAbsent: ['trades', 'takerBuyVolume', 'takerBuyQuoteVolume'],
        candleFieldsDerived: [],
        klineSources: [current(recentSources), current(olderSources)],
        rateRules: [
          requests('the last 1,440 candles', 40, paths.recent),
          requests('older candles', 20, paths.older),
          requests('instruments', 20, paths.instruments),
          requests('tickers', 20, paths.tickers),
          requests('the time', 10, paths.time),
        ],
        streamsPerConnectionMax: options.streamsPerConnectionMax ?? 200,
        streamLimits: okxStreamLimits,
        restBase: options.restBase ?? 'https://www.okx.com',
        wsBase: options.wsBase ?? 'wss://ws.okx.com:8443',
      },
      limitGroup: { name: 'okx', domains: ['okx.com'] },
      rateLimitMs: okxRateLimitMs,
      refusal: okxRefusal,
      unknownSymbol,
      klineCall: ({ symbol, code, from, to, limit, ...asked }) => ({
        // Both ends are exclusive; `after` is the later one.
        query: { instId: symbol, bar: code, before: from - 1, after: to + 1, limit },
        parse: (body) => parseCandles(body, market, { symbol, from, to, ...asked }),
      }),
      serverTime: { path: paths.time, weight: 1, parse: parseServerTime },
      instruments: (ask, problem) =>
        ask({
          path: paths.instruments,
          query: { instType },
          weight: 1,
          parse: (body) => parseInstruments(body, market, problem),
        }),
      dayValues: (ask) =>
        ask({
          path: paths.tickers,
          query: { instType },
          weight: 1,
          parse: (body) => parseDayValues(body, market),
        }),
      stream: okxProtocol(market, clock),
    },
    options,
    clock,
  );
}
