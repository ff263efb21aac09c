/** Deribit futures, perpetuals among them: public market data over REST and JSON-RPC on a WebSocket. */
import { current, type Dated } from '../dated-route.ts';
import type { Exchange, KlineSource } from '../exchange.ts';
import { ExchangeClock } from '../exchange-clock.ts';
import { type ExchangeOptions, exchangeFromSpec } from '../exchange-from-spec.ts';
import { inMinutes } from '../interval-codes.ts';
import { parseCandles, parseDayValues, parseInstruments, parseServerTime, unknownSymbol } from './rest-answers.ts';
import { deribitProtocol, deribitStreamLimits } from './stream-protocol.ts';

/** There is neither 4h nor 8h. */
const minuteBars = ['1m', '3m', '5m', '15m', '30m', '1h', '2h', '3h', '6h', '12h'];
const restPath = '/api/v2/public';

/** A request costs so many credits, which come back at this rate; a pool of 50,000 bears what comes at once. */
const creditsPerRequest = 500;
const creditsPerSecond = 10_000;
/** Listing instruments may be done once in ten seconds for long, some times in a row for short. */
const creditsPerList = 10_000;
/** No figure is documented for candles; the answers to this many are well below what they are known to hold. */
const klineSources: readonly [Dated<KlineSource>, ...Dated<KlineSource>[]] = [
  {
    since: '2019-01-01',
    path: `${restPath}/get_tradingview_chart_data`,
    weights: [{ limitMax: 1_000, weight: creditsPerRequest }],
    reach: null,
  },
];
const tooManyMs = 1_000;
/** Currencies that contracts are settled in. */
const currencies = ['BTC', 'ETH', 'USDC', 'USDT'];

/** Code 10028 is the limit, whatever the status. */
export const deribitRateLimitMs = (status: number, body: string): number | undefined =>
  status === 429 || /"error"\s*:\s*\{[^}]*"code"\s*:\s*10028\b/.test(body) ? tooManyMs : undefined;

export function createDeribit(options: ExchangeOptions): Exchange {
  const clock = new ExchangeClock(options.now);
  return exchangeFromSpec(
    {
      exchange: 'deribit',
      market: 'futures',
      title: 'Deribit',
      capabilities: {
        intervals: [...minuteBars, '1d'],
        intervalCodes: { ...inMinutes(minuteBars), '1d': '1D' },
        closedBy: 'next-candle',
        eventTimeBy: 'receipt',
        candleFieldsAbsent: ['trades', 'takerBuyVolume', 'takerBuyQuoteVolume'],
        candleFieldsDerived: [],
        klineSources: [current(klineSources)],
        rateRules: [
          {
            what: `credits of an address, ${creditsPerRequest} a request`,
            count: creditsPerSecond,
            windowMs: 1_000,
            rest: { counts: 'weight', windows: 'sliding' },
          },
        ],
        streamsPerConnectionMax: options.streamsPerConnectionMax ?? 200,
        streamLimits: deribitStreamLimits,
        restBase: options.restBase ?? 'https://www.deribit.com',
        wsBase: options.wsBase ?? 'wss://www.deribit.com',
      },
      limitGroup: { name: 'deribit', domains: ['deribit.com'] },
      rateLimitMs: deribitRateLimitMs,
      unknownSymbol,
      klineCall: ({ symbol, code, from, to, ...asked }) => ({
        query: { instrument_name: symbol, resolution: code, start_timestamp: from, end_timestamp: to },
        parse: (body) => parseCandles(body, { symbol, from, to, ...asked }),
      }),
      serverTime: { path: `${restPath}/get_time`, weight: creditsPerRequest, parse: parseServerTime },
      instruments: (ask, problem) =>
        ask({
          path: `${restPath}/get_instruments`,
          query: { currency: 'any', kind: 'future', expired: 'false' },
          weight: creditsPerList,
          parse: (body) => parseInstruments(body, problem),
        }),
      async dayValues(ask) {
        const all = await Promise.all(
          currencies.map((currency) =>
            ask({
              path: `${restPath}/get_book_summary_by_currency`,
              query: { currency, kind: 'future' },
              weight: creditsPerRequest,
              parse: parseDayValues,
            }),
          ),
        );
        return new Map(all.flat());
      },
      stream: deribitProtocol(clock),
    },
    options,
    clock,
  );
}
