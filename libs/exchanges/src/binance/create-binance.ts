/** What Binance's markets have in common: request and frame shapes. They differ in addresses, paths and weights. */
import type { Dated } from '../dated-route.ts';
import type {
  Capabilities,
  Exchange,
  InstrumentStatus,
  ListedInstrument,
  StreamLimits,
  WeightStep,
} from '../exchange.ts';
import { type ExchangeOptions, exchangeFromSpec } from '../exchange-from-spec.ts';
import { parseDayValues, parseInstruments, parseKlines, serverTimeAnswer, unknownSymbol } from './rest-answers.ts';
import { type BinanceStreams, binanceProtocol } from './stream-protocol.ts';

/** Where the REST side is and what it costs. */
export interface BinanceRest {
  readonly base: string;
  readonly apiPath: string;
  /** What counts together. */
  readonly limitGroup: string;
  readonly weightPerMinute: number;
  readonly weights: { readonly time: number; readonly exchangeInfo: number; readonly dayTickers: number };
  readonly klineWeights: readonly WeightStep[];
}

export interface BinanceMarket {
  readonly market: string;
  readonly title: string;
  readonly rest: Dated<BinanceRest>;
  readonly wsBase: string;
  readonly intervals: readonly string[];
  readonly streamsPerConnectionMax: number;
  readonly rateRules: Capabilities['rateRules'];
  readonly streams: BinanceStreams;
  readonly streamLimits: StreamLimits;
  readonly statuses: Readonly<Record<string, InstrumentStatus>>;
  readonly kindOf: (contractType: string | undefined) => ListedInstrument['kind'];
}

/** 403 is the firewall's word for an address that asked too much; it says no time. */
const firewallMs = 300_000;

export const binanceRateLimitMs = (status: number): number | undefined => (status === 403 ? firewallMs : undefined);

export function createBinance(market: BinanceMarket, options: ExchangeOptions): Exchange {
  const { base, apiPath, weights, klineWeights, weightPerMinute, limitGroup } = market.rest;
  return exchangeFromSpec(
    {
      exchange: 'binance',
      market: market.market,
      title: market.title,
      capabilities: {
        intervals: market.intervals,
        intervalCodes: {},
        closedBy: 'flag',
        eventTimeBy: 'exchange',
        candleFieldsAbsent: [],
        candleFieldsDerived: [],
        klineSources: [{ path: `${apiPath}/klines`, weights: klineWeights, reach: null }],
        rateRules: [
          {
            what: 'request weight of an address',
            count: weightPerMinute,
            windowMs: 60_000,
            rest: { counts: 'weight', windows: 'fixed' },
          },
          ...market.rateRules,
        ],
        streamsPerConnectionMax: options.streamsPerConnectionMax ?? market.streamsPerConnectionMax,
        streamLimits: market.streamLimits,
        restBase: options.restBase ?? base,
        wsBase: options.wsBase ?? market.wsBase,
      },
      limitGroup: { name: limitGroup, domains: ['binance.com', 'binance.vision'] },
      usedWeightHeader: 'x-mbx-used-weight-1m',
      rateLimitMs: binanceRateLimitMs,
      unknownSymbol,
      klineCall: ({ symbol, code, from, to, limit, ...asked }) => ({
        query: { symbol, interval: code, startTime: from, endTime: to, limit },
        parse: (body) => parseKlines(body, { symbol, from, to, ...asked }),
      }),
      serverTime: {
        path: `${apiPath}/time`,
        weight: weights.time,
        parse: (body) => serverTimeAnswer.parse(body).serverTime,
      },
      instruments: (ask, problem) =>
        ask({
          path: `${apiPath}/exchangeInfo`,
          weight: weights.exchangeInfo,
          parse: (body) => parseInstruments(body, market, problem),
        }),
      dayValues: (ask) =>
        ask({ path: `${apiPath}/ticker/24hr`, weight: weights.dayTickers, parse: (body) => parseDayValues(body) }),
      stream: binanceProtocol(market.streams),
    },
    options,
  );
}
