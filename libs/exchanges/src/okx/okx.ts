/** OKX v5, perpetual swaps and spot: public market data over REST and WebSocket. */
import { type Candle, MINUTE_MS } from '@screener/market';
import { currentPath, type DatedRoute } from '../dated-route.ts';
import type { Exchange, WeightStep } from '../exchange.ts';
import { ExchangeClock } from '../exchange-clock.ts';
import { type Call, type ExchangeOptions, exchangeFromSpec, slidingShare } from '../exchange-from-spec.ts';
import { klinePages } from '../rest/kline-plan.ts';
import { inMessages, type StreamProtocol } from '../stream/kline-connections.ts';
import { candleChannel, type OkxMarket, readOkxFrame } from './kline-frame.ts';
import { parseCandles, parseDayValues, parseInstruments, parseServerTime } from './rest-answers.ts';

export interface OkxOptions extends ExchangeOptions {
  readonly market: OkxMarket;
}

const candleRoutes: readonly DatedRoute[] = [
  { since: '2021-01-01', path: '/ws/v5/public' },
  { since: '2023-06-20', path: '/ws/v5/business' },
];

/** Of two paths with limits of their own, the slower one weighs double: together they stay within the faster limit. */
const windowMs = 2_000;
const requestsPerWindow = 40;
const recent = { path: '/api/v5/market/candles', steps: [{ limitMax: 300, weight: 1 }] };
const older = { path: '/api/v5/market/history-candles', steps: [{ limitMax: 100, weight: 2 }] };
/** Recent candles reach back so far; ten minutes are left for pages that wait their turn. */
const recentReach = 1_440;
const recentUsed = recentReach - 10;
const klineWeights: readonly WeightStep[] = recent.steps;
/** A request may have 64 kB; an argument has some 60 bytes. */
const topicsPerRequest = 100;

/** What is old enough for the archive first, then the rest. */
export function* okxKlineCalls(
  symbol: string,
  market: OkxMarket,
  range: { readonly from: number; readonly to: number },
  now: number,
): Generator<Call<readonly Candle[]>> {
  const reached = Math.ceil(now / MINUTE_MS) * MINUTE_MS - recentUsed * MINUTE_MS;
  const recentFrom = Math.max(range.from, reached);
  const parts = [
    { ...older, from: range.from, to: Math.min(range.to, recentFrom - MINUTE_MS) },
    { ...recent, from: recentFrom, to: range.to },
  ];
  for (const { path, steps, ...part } of parts) {
    for (const { from, to, limit, weight } of klinePages(steps, part.from, part.to)) {
      yield {
        path,
        // Both ends are exclusive; `after` is the later one.
        query: { instId: symbol, bar: '1m', before: from - 1, after: to + 1, limit },
        weight,
        parse: (body) => parseCandles(body, market, from, to),
      };
    }
  }
}

export const okxProtocol = (market: OkxMarket, clock: ExchangeClock): StreamProtocol => ({
  url: (wsBase) => `${wsBase.replace(/\/+$/, '')}${currentPath(candleRoutes)}`,
  hello: (symbols) =>
    inMessages(symbols, topicsPerRequest, (part) => ({
      op: 'subscribe',
      args: part.map((instId) => ({ channel: candleChannel, instId })),
    })),
  // Whoever is silent for 30 s is cut off.
  ping: { text: 'ping', everyMs: 20_000 },
  reader: () => (text) => readOkxFrame(text, market, clock),
  silentAfterMs: { many: 15_000, few: 90_000 },
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
        klineReach: null,
        rateRules: [
          { what: 'requests for the last 1,440 candles', count: 40, windowMs },
          { what: 'requests for older candles', count: 20, windowMs },
          { what: 'connections opened by an address', count: 3, windowMs: 1_000 },
          { what: 'subscriptions and their ends on a connection', count: 480, windowMs: 3_600_000 },
        ],
        klineWeights,
        streamsPerConnectionMax: options.streamsPerConnectionMax ?? 200,
        restBase: options.restBase ?? 'https://www.okx.com',
        wsBase: options.wsBase ?? 'wss://ws.okx.com:8443',
      },
      rate: { weight: requestsPerWindow, windowMs, usableShare: slidingShare },
      rateLimitMs: okxRateLimitMs,
      klineCalls: (symbol, from, to) => okxKlineCalls(symbol, market, { from, to }, options.now()),
      serverTime: { path: '/api/v5/public/time', weight: 4, parse: parseServerTime },
      instruments: (ask, problem) =>
        ask({
          path: '/api/v5/public/instruments',
          query: { instType },
          weight: 2,
          parse: (body) => parseInstruments(body, market, problem),
        }),
      dayValues: (ask) =>
        ask({
          path: '/api/v5/market/tickers',
          query: { instType },
          weight: 2,
          parse: (body) => parseDayValues(body, market),
        }),
      stream: okxProtocol(market, clock),
    },
    options,
    clock,
  );
}
