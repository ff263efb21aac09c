/** Bybit v5, linear contracts and spot: public market data over REST and WebSocket. */
import { current, type Dated } from '../dated-route.ts';
import type { Exchange, KlineSource, ListedInstrument } from '../exchange.ts';
import { type ExchangeOptions, exchangeFromSpec } from '../exchange-from-spec.ts';
import { inMinutes } from '../interval-codes.ts';
import {
  type BybitMarket,
  bybitRefusal,
  parseDayValues,
  parseInstruments,
  parseKlines,
  parseServerTime,
  unknownSymbol,
} from './rest-answers.ts';
import { bybitProtocol, bybitStreamLimits } from './stream-protocol.ts';

export interface BybitOptions extends ExchangeOptions {
  readonly market: BybitMarket;
}

/** There is no 8h. */
const minuteBars = ['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '12h'];
const klineSources: readonly [Dated<KlineSource>, ...Dated<KlineSource>[]] = [
  { since: '2022-12-19', path: '/v5/market/kline', weights: [{ limitMax: 1_000, weight: 1 }], reach: null },
];
const windowMs = 5_000;
const requestsPerWindow = 600;
/** Whoever asks too fast gets 403 for ten minutes. */
const refusedMs = 600_000;
/** The lists have a few hundred entries, a page 1,000. */
const instrumentPagesMax = 20;

/** 403 is the ban of an address, code 10006 the limit of an interface. */
export function bybitRateLimitMs(status: number, body: string): number | undefined {
  if (status === 403) return refusedMs;
  return /^\s*\{\s*"retCode"\s*:\s*10006\b/.test(body) ? windowMs : undefined;
}

export function createBybit({ market, ...options }: BybitOptions): Exchange {
  return exchangeFromSpec(
    {
      exchange: 'bybit',
      market,
      title: `Bybit ${market}`,
      capabilities: {
        intervals: [...minuteBars, '1d', '1w', '1M'],
        intervalCodes: { ...inMinutes(minuteBars), '1d': 'D', '1w': 'W', '1M': 'M' },
        closedBy: 'flag',
        eventTimeBy: 'exchange',
        candleFieldsAbsent: ['trades', 'takerBuyVolume', 'takerBuyQuoteVolume'],
        candleFieldsDerived: [],
        klineSources: [current(klineSources)],
        rateRules: [
          {
            what: 'requests of an address, then 403 for ten minutes',
            count: requestsPerWindow,
            windowMs,
            rest: { counts: 'requests', windows: 'sliding' },
          },
        ],
        streamsPerConnectionMax: options.streamsPerConnectionMax ?? 200,
        streamLimits: bybitStreamLimits,
        restBase: options.restBase ?? 'https://api.bybit.com',
        wsBase: options.wsBase ?? 'wss://stream.bybit.com',
      },
      limitGroup: { name: 'bybit', domains: ['bybit.com', 'bytick.com'] },
      rateLimitMs: bybitRateLimitMs,
      refusal: bybitRefusal,
      unknownSymbol,
      klineCall: ({ symbol, code, from, to, limit, ...asked }) => ({
        query: { category: market, symbol, interval: code, start: from, end: to, limit },
        parse: (body) => parseKlines(body, { symbol, from, to, ...asked }),
      }),
      serverTime: { path: '/v5/market/time', weight: 1, parse: parseServerTime },
      async instruments(ask, problem) {
        const all: ListedInstrument[] = [];
        let cursor = '';
        for (let page = 0; page < instrumentPagesMax; page++) {
          const answer = await ask({
            path: '/v5/market/instruments-info',
            query: { category: market, limit: 1_000, ...(cursor !== '' && { cursor }) },
            weight: 1,
            parse: (body) => parseInstruments(body, market, problem),
          });
          all.push(...answer.instruments);
          // Spot answers without pages.
          if (answer.cursor === '' || answer.cursor === cursor) break;
          cursor = answer.cursor;
        }
        return all;
      },
      dayValues: (ask) =>
        ask({ path: '/v5/market/tickers', query: { category: market }, weight: 1, parse: parseDayValues }),
      stream: bybitProtocol(market),
    },
    options,
  );
}
