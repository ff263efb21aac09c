/** What Binance's markets have in common: request and frame shapes. They differ in addresses, paths and weights. */
import type { Capabilities, Exchange, InstrumentStatus, ListedInstrument, WeightStep } from '../exchange.ts';
import { type ExchangeOptions, exchangeFromSpec } from '../exchange-from-spec.ts';
import { klinePages } from '../rest/kline-plan.ts';
import type { FrameReading } from '../stream/frame.ts';
import { parseKlineFrame } from './kline-frame.ts';
import { parseDayValues, parseInstruments, parseKlines, serverTimeAnswer } from './rest-answers.ts';

export interface BinanceMarket {
  readonly market: string;
  readonly title: string;
  readonly restBase: string;
  readonly wsBase: string;
  readonly apiPath: string;
  readonly weightPerMinute: number;
  readonly weights: { readonly time: number; readonly exchangeInfo: number; readonly dayTickers: number };
  readonly klineWeights: readonly WeightStep[];
  readonly intervals: readonly string[];
  readonly streamsPerConnectionMax: number;
  readonly rateRules: Capabilities['rateRules'];
  readonly klineStreamsUrl: (wsBase: string, symbols: readonly string[]) => string;
  readonly statuses: Readonly<Record<string, InstrumentStatus>>;
  readonly kindOf: (contractType: string | undefined) => ListedInstrument['kind'];
}

/** A futures connection that says nothing for so long is not the market's doing; spot pushes every 2 s. */
const silentAfterMs = { many: 15_000, few: 75_000 };

export function createBinance(market: BinanceMarket, options: ExchangeOptions): Exchange {
  const { apiPath, weights, klineWeights } = market;
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
        klineReach: null,
        rateRules: market.rateRules,
        klineWeights,
        streamsPerConnectionMax: options.streamsPerConnectionMax ?? market.streamsPerConnectionMax,
        restBase: options.restBase ?? market.restBase,
        wsBase: options.wsBase ?? market.wsBase,
      },
      rate: { weight: market.weightPerMinute, windowMs: 60_000 },
      usedWeightHeader: 'x-mbx-used-weight-1m',
      *klineCalls(symbol, first, last) {
        for (const { from, to, limit, weight } of klinePages(klineWeights, first, last)) {
          yield {
            path: `${apiPath}/klines`,
            query: { symbol, interval: '1m', startTime: from, endTime: to, limit },
            weight,
            parse: (body: unknown) => parseKlines(body, from, to),
          };
        }
      },
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
      stream: { url: market.klineStreamsUrl, reader: () => read, silentAfterMs },
    },
    options,
  );
}

function read(text: string): FrameReading {
  const parsed = parseKlineFrame(text);
  return parsed !== 'answer' && 'update' in parsed ? { updates: [parsed.update] } : parsed;
}
