/** REST of Bybit v5: every answer in the same envelope, errors with status 200, candles newest first. */
import type { SimulatedInstrument } from '../../catalogue.ts';
import { type Interval, interval, plainIntervals } from '../../intervals.ts';
import { type Answer, type ExchangeView, ok, stepText, wholeNumber } from '../../rest/rest-dialect.ts';
import type { InstrumentStatus } from '../../truth.ts';
import { trimmed } from '../../units.ts';

export type BybitCategory = 'linear' | 'spot';

const categories = ['linear', 'spot', 'inverse', 'option'];
/** Minutes by number; there is no 3d and no 8h. */
export const bybitIntervals: ReadonlyMap<string, Interval> = new Map([
  ...[1, 3, 5, 15, 30, 60, 120, 240, 360, 720].map((minutes) => [String(minutes), interval(minutes)] as const),
  ['D', interval(1_440)],
  ['W', interval(7 * 1_440)],
  ['M', plainIntervals.get('1M') ?? interval(undefined)],
]);

const klinesDefault = 200;
const klinesMax = 1_000;
const pageDefault = 500;
const pageMax = 1_000;
const paramsError = 10_001;
/** There is no word for a halt: trading simply rests. */
const statuses: Readonly<Record<BybitCategory, Readonly<Record<InstrumentStatus, string>>>> = {
  linear: { trading: 'Trading', halted: 'Trading', delisted: 'Delivering' },
  spot: { trading: 'Trading', halted: 'Trading', delisted: 'Closed' },
};

/** Only told of to who asks for them. */
const hidden = ['PreLaunch', 'Closed'];

function statusOf(category: BybitCategory, { symbol }: SimulatedInstrument, { market, now }: ExchangeView): string {
  const status = market.statusAt(symbol, now());
  return typeof status === 'string' ? statuses[category][status] : status.odd;
}

export const envelope = (retCode: number, retMsg: string, result: object, time: number): string =>
  JSON.stringify({ retCode, retMsg, result, retExtInfo: {}, time });

export function bybitAnswer(
  category: BybitCategory,
  path: string,
  query: URLSearchParams,
  view: ExchangeView,
): Answer | Promise<Answer> {
  const good = (result: object): Answer => ok(envelope(0, 'OK', result, view.serverTime()));
  const wrong = (message: string): Answer => ok(envelope(paramsError, message, {}, view.serverTime()));
  if (path === '/v5/market/time') {
    const time = view.serverTime();
    return good({ timeSecond: String(Math.floor(time / 1_000)), timeNano: `${time}000000` });
  }
  const asked = query.get('category') ?? 'linear';
  if (!['/v5/market/kline', '/v5/market/instruments-info', '/v5/market/tickers'].includes(path)) {
    return { status: 404, body: envelope(10_404, 'openapi: path not found', {}, view.serverTime()) };
  }
  if (!categories.includes(asked)) return wrong('params error: Category Invalid');
  const symbol = query.get('symbol');
  const known = asked === category && symbol !== null ? view.instrument(symbol) : undefined;
  if (path === '/v5/market/kline') {
    if (known === undefined) return wrong('Not supported symbols');
    return klines({ category, instrument: known, query, view, good, wrong });
  }
  if (symbol !== null && known === undefined) return wrong('params error: Symbol Invalid');
  const listed = asked !== category ? [] : known === undefined ? view.listed() : [known];
  if (path === '/v5/market/tickers') {
    return good({ category: asked, list: listed.map((instrument) => ticker(instrument, view)) });
  }
  const described = listed
    .map((instrument) => [instrument, statusOf(category, instrument, view)] as const)
    .filter(([{ base }, status]) => {
      const wanted = query.get('status');
      const matches = wanted === null ? !hidden.includes(status) : status === wanted;
      return matches && (query.get('baseCoin') ?? base) === base;
    })
    .map(([instrument, status]) => (category === 'linear' ? contract : pair)(instrument, status));
  // Spot answers without pages.
  if (asked === 'spot') return good({ category: asked, list: described });
  const limit = Math.min(pageMax, wholeNumber(query, 'limit') ?? pageDefault);
  const from = Number(/^page_(\d+)$/.exec(query.get('cursor') ?? '')?.[1] ?? 0);
  const more = described.length > from + limit;
  const list = described.slice(from, from + limit);
  const nextPageCursor = more ? `page_${from + limit}` : '';
  return good({ category: asked, list, nextPageCursor });
}

interface KlineQuestion {
  readonly category: BybitCategory;
  readonly instrument: SimulatedInstrument;
  readonly query: URLSearchParams;
  readonly view: ExchangeView;
  readonly good: (result: object) => Answer;
  readonly wrong: (message: string) => Answer;
}

async function klines({ category, instrument, query, view, good, wrong }: KlineQuestion): Promise<Answer> {
  const length = bybitIntervals.get(query.get('interval') ?? '');
  if (length === undefined) return wrong('Invalid period!');
  const limit = wholeNumber(query, 'limit') ?? klinesDefault;
  const start = wholeNumber(query, 'start');
  const end = wholeNumber(query, 'end');
  if (Number.isNaN(limit) || Number.isNaN(start) || Number.isNaN(end)) return wrong('params error: time Is Invalid');
  const candles = await view.candles(instrument, length, {
    first: start ?? 0,
    last: end ?? view.now(),
    limit: Math.max(1, Math.min(klinesMax, limit)),
    keep: start !== undefined && end === undefined ? 'oldest' : 'newest',
  });
  const list = candles.map(({ openTime, open, high, low, close, volume, quoteVolume }) =>
    [String(openTime), open, high, low, close, volume, quoteVolume].map(trimmed),
  );
  return good({ category, symbol: instrument.symbol, list: list.reverse() });
}

const contract = (instrument: SimulatedInstrument, status: string): object => ({
  symbol: instrument.symbol,
  contractType: 'LinearPerpetual',
  status,
  baseCoin: instrument.base,
  quoteCoin: instrument.quote,
  launchTime: String(instrument.listedAt),
  deliveryTime: '0',
  deliveryFeeRate: '',
  priceScale: String(instrument.priceDecimals),
  leverageFilter: { minLeverage: '1', maxLeverage: '50.00', leverageStep: '0.01' },
  priceFilter: {
    minPrice: stepText(instrument.priceDecimals),
    maxPrice: '1999999.80',
    tickSize: stepText(instrument.priceDecimals),
  },
  lotSizeFilter: {
    maxOrderQty: '100000000',
    minOrderQty: stepText(instrument.amountDecimals),
    qtyStep: stepText(instrument.amountDecimals),
    postOnlyMaxOrderQty: '100000000',
    maxMktOrderQty: '10000000',
    minNotionalValue: '5',
  },
  unifiedMarginTrade: true,
  fundingInterval: 480,
  settleCoin: instrument.quote,
  symbolId: 0,
  symbolType: '',
  copyTrading: 'none',
  upperFundingRate: '0.00375',
  lowerFundingRate: '-0.00375',
  isPreListing: false,
  preListingInfo: null,
});

const pair = (instrument: SimulatedInstrument, status: string): object => ({
  symbol: instrument.symbol,
  baseCoin: instrument.base,
  quoteCoin: instrument.quote,
  innovation: '0',
  status,
  marginTrading: 'none',
  stTag: '0',
  lotSizeFilter: {
    basePrecision: stepText(instrument.amountDecimals),
    quotePrecision: '0.00000001',
    minOrderQty: stepText(instrument.amountDecimals),
    maxOrderQty: '100000000',
    minOrderAmt: '5',
    maxOrderAmt: '4000000',
  },
  priceFilter: { tickSize: stepText(instrument.priceDecimals) },
  riskParameters: { priceLimitRatioX: '0.05', priceLimitRatioY: '0.05' },
});

function ticker(instrument: SimulatedInstrument, view: ExchangeView): object {
  const { open, high, low, close, volume, quoteVolume } = view.ticker(instrument);
  const { priceDecimals, amountDecimals, symbol } = instrument;
  const price = (ticks: number): string => trimmed((ticks / 10 ** priceDecimals).toFixed(priceDecimals));
  return {
    symbol,
    bid1Price: price(close),
    bid1Size: stepText(amountDecimals),
    ask1Price: price(close + 1),
    ask1Size: stepText(amountDecimals),
    lastPrice: price(close),
    prevPrice24h: price(open),
    price24hPcnt: (open === 0 ? 0 : (close - open) / open).toFixed(6),
    highPrice24h: price(high),
    lowPrice24h: price(low),
    turnover24h: trimmed(quoteVolume.toFixed(4)),
    volume24h: trimmed(volume.toFixed(amountDecimals)),
  };
}
