/** Binance USD-M futures: public market data over REST and WebSocket. */
import type { BinanceMarket, BinanceRest } from '../binance/create-binance.ts';
import { createBinance } from '../binance/create-binance.ts';
import { current, type Dated } from '../dated-route.ts';
import type { Exchange } from '../exchange.ts';
import type { ExchangeOptions } from '../exchange-from-spec.ts';
import { usdmKlineWeights } from '../rest/kline-plan.ts';
import { defaultRestBase, defaultWsBase, klineStreamsUrl, streamBase } from './addresses.ts';

export type BinanceUsdmOptions = ExchangeOptions;

const unchanged = {
  base: defaultRestBase,
  apiPath: '/fapi/v1',
  weightPerMinute: 2_400,
  weights: { time: 1, exchangeInfo: 1, dayTickers: 40 },
  klineWeights: usdmKlineWeights,
};

export const usdmRest: readonly [Dated<BinanceRest>, ...Dated<BinanceRest>[]] = [
  { since: '2019-09-08', ...unchanged, limitGroup: 'binance-usdm' },
  // COIN-M counts into the same limit.
  { since: '2026-06-30', ...unchanged, limitGroup: 'binance-futures' },
];

export const binanceUsdm: BinanceMarket = {
  market: 'usdm',
  title: 'Binance futures',
  rest: current(usdmRest),
  wsBase: defaultWsBase,
  intervals: ['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d', '3d', '1w', '1M'],
  // At most 200; the documents disagree, this is the smaller figure.
  streamsPerConnectionMax: 200,
  streamLimits: {
    // Documented for spot; futures name no figure.
    connectionRate: { count: 300, windowMs: 300_000 },
    // 10, pongs included, as they arrive: what was sent apart may arrive together.
    messageRate: { count: 5, windowMs: 1_000 },
    connectionAgeMsMax: 24 * 3_600_000,
  },
  rateRules: [],
  streams: { klines: klineStreamsUrl },
  /** As of 2026. */
  statuses: {
    PENDING_TRADING: 'listed',
    TRADING: 'trading',
    PRE_SETTLE: 'delisted',
    SETTLING: 'delisted',
    PRE_DELIVERING: 'delisted',
    DELIVERING: 'delisted',
    DELIVERED: 'delisted',
    CLOSE: 'delisted',
  },
  kindOf: (contractType) => (contractType === 'PERPETUAL' ? 'perpetual' : 'other'),
};

export const createBinanceUsdm = (options: BinanceUsdmOptions): Exchange =>
  createBinance(binanceUsdm, { ...options, wsBase: streamBase(options.wsBase ?? defaultWsBase).base });
