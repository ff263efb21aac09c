/** What differs between the markets of one exchange: addresses, weights, limits and how an instrument is described. */
import type { SimulatedInstrument } from './catalogue.ts';

export type DialectName = 'usdm' | 'spot';

export interface Dialect {
  readonly restPrefix: string;
  readonly weightPerMinute: number;
  readonly klinesMax: number;
  /** Wall-clock time between frames of a candle in progress. */
  readonly frameEveryMs: number;
  /** USD-M since 2026-04-23: streams outside /market are acknowledged and silent. Spot has no such routes. */
  readonly routed: boolean;
  /** Fields of exchangeInfo beside the symbols. */
  readonly about: Readonly<Record<string, unknown>>;
  weightOf(path: string, query: URLSearchParams): number;
  describe(instrument: SimulatedInstrument): Readonly<Record<string, unknown>>;
}

export const klinesDefault = 500;

const usdm: Dialect = {
  restPrefix: '/fapi/v1',
  weightPerMinute: 2_400,
  klinesMax: 1_500,
  frameEveryMs: 1_000,
  routed: true,
  about: {
    futuresType: 'U_MARGINED',
    assets: [{ asset: 'USDT', marginAvailable: true, autoAssetExchange: '-10000' }],
  },
  /** As of 2026. */
  weightOf(path, query) {
    if (path === '/ticker/24hr') return query.has('symbol') ? 1 : 40;
    if (path !== '/klines') return 1;
    const limit = Number(query.get('limit') ?? klinesDefault);
    if (limit < 100) return 1;
    if (limit < 500) return 2;
    return limit <= 1_000 ? 5 : 10;
  },
  describe: (instrument) => ({
    pair: instrument.symbol,
    contractType: 'PERPETUAL',
    deliveryDate: 4_133_404_800_000,
    onboardDate: instrument.listedAt,
    marginAsset: instrument.quote,
    pricePrecision: instrument.priceDecimals,
    quantityPrecision: instrument.amountDecimals,
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: 'COIN',
    underlyingSubType: [],
    orderTypes: ['LIMIT', 'MARKET'],
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTX'],
  }),
};

const spotWeights: Readonly<Record<string, number>> = { '/klines': 2, '/exchangeInfo': 20 };

const spot: Dialect = {
  restPrefix: '/api/v3',
  weightPerMinute: 6_000,
  klinesMax: 1_000,
  frameEveryMs: 2_000,
  routed: false,
  about: {},
  weightOf(path, query) {
    if (path === '/ticker/24hr') return query.has('symbol') ? 2 : 80;
    return spotWeights[path] ?? 1;
  },
  describe: () => ({
    baseAssetPrecision: 8,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    baseCommissionPrecision: 8,
    quoteCommissionPrecision: 8,
    orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET'],
    icebergAllowed: true,
    ocoAllowed: true,
    quoteOrderQtyMarketAllowed: true,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    permissions: [],
    permissionSets: [['SPOT']],
  }),
};

export const dialects: Readonly<Record<DialectName, Dialect>> = { usdm, spot };
