/** Kraken spot: public market data over REST and WebSocket v2. */
import { current, type Dated } from '../dated-route.ts';
import type { Exchange, KlineSource } from '../exchange.ts';
import { type Ask, type ExchangeOptions, exchangeFromSpec } from '../exchange-from-spec.ts';
import { inMinutes } from '../interval-codes.ts';
import {
  krakenRefusal,
  parseCandles,
  parseInstruments,
  parsePairNames,
  parseServerTime,
  parseTickers,
  sinceOf,
  unknownSymbol,
} from './rest-answers.ts';
import { krakenProtocol, krakenStreamLimits } from './stream-protocol.ts';
import { restPair } from './symbols.ts';

/** Its weeks are seven days counted from 1970, a Thursday: ours are aggregated, as 3m and 8h are. */
const intervals = ['1m', '5m', '15m', '30m', '1h', '4h', '1d'];
/** The newest 720 candles are all that there is, whatever is asked for. */
const klineReach = 720;
const klineSources: readonly [Dated<KlineSource>, ...Dated<KlineSource>[]] = [
  { since: '2013-09-10', path: '/0/public/OHLC', weights: [{ limitMax: klineReach, weight: 1 }], reach: klineReach },
];
const tooManyMs = 10_000;

export const krakenRateLimitMs = (status: number, body: string): number | undefined =>
  status === 429 || /"(EGeneral:Too many requests|EAPI:Rate limit exceeded|EService:Throttled)/.test(body)
    ? tooManyMs
    : undefined;

const assetPairs = <T>(ask: Ask, parse: (body: unknown) => T): Promise<T> =>
  ask({ path: '/0/public/AssetPairs', weight: 1, parse });

export function createKraken(options: ExchangeOptions): Exchange {
  return exchangeFromSpec(
    {
      exchange: 'kraken',
      market: 'spot',
      title: 'Kraken',
      capabilities: {
        intervals,
        intervalCodes: inMinutes(intervals),
        closedBy: 'next-candle',
        eventTimeBy: 'exchange',
        candleFieldsAbsent: ['takerBuyVolume', 'takerBuyQuoteVolume'],
        // Volume times the average price that Kraken says.
        candleFieldsDerived: ['quoteVolume'],
        klineSources: [current(klineSources)],
        // Kraken names no figure; this is what it bears.
        rateRules: [
          {
            what: 'public requests of an address',
            count: 1,
            windowMs: 1_000,
            rest: { counts: 'requests', windows: 'sliding' },
          },
        ],
        streamsPerConnectionMax: options.streamsPerConnectionMax ?? 200,
        streamLimits: krakenStreamLimits,
        restBase: options.restBase ?? 'https://api.kraken.com',
        wsBase: options.wsBase ?? 'wss://ws.kraken.com',
      },
      limitGroup: { name: 'kraken', domains: ['kraken.com'] },
      rateLimitMs: krakenRateLimitMs,
      refusal: krakenRefusal,
      unknownSymbol,
      klineCall: ({ symbol, code, minutes, from, to, problem }) => ({
        query: { pair: restPair(symbol), interval: code, since: sinceOf(from, minutes) },
        parse: (body) => parseCandles(body, { symbol, minutes, from, to, problem }),
      }),
      serverTime: { path: '/0/public/Time', weight: 1, parse: parseServerTime },
      instruments: (ask, problem) => assetPairs(ask, (body) => parseInstruments(body, problem)),
      async dayValues(ask) {
        const names = await assetPairs(ask, parsePairNames);
        const values = await ask({ path: '/0/public/Ticker', weight: 1, parse: parseTickers });
        return new Map(
          [...values].flatMap(([pair, value]) => {
            const symbol = names.get(pair);
            return symbol === undefined ? [] : [[symbol, value] as const];
          }),
        );
      },
      stream: krakenProtocol,
    },
    options,
  );
}
