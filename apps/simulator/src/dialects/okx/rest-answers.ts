/** REST of OKX v5: strings everywhere, errors by code, candles newest first, what is old on a path of its own. */
import type { SimulatedInstrument } from '../../catalogue.ts';
import { hongKongMs, type Interval, interval } from '../../intervals.ts';
import { type Answer, type ExchangeView, ok, stepText, wholeNumber } from '../../rest/rest-dialect.ts';
import type { InstrumentStatus } from '../../truth.ts';
import { type PrintedCandle, trimmed } from '../../units.ts';

export type OkxMarket = 'swap' | 'spot';

const hour = 60;
const day = 24 * hour;
/** Bars from 6H up begin at midnight in Hong Kong unless asked for in UTC. */
const long: readonly (readonly [string, number | undefined])[] = [
  ['6H', 6 * hour],
  ['12H', 12 * hour],
  ['1D', day],
  ['2D', 2 * day],
  ['3D', 3 * day],
  ['1W', 7 * day],
  ['1M', undefined],
];
export const okxIntervals: ReadonlyMap<string, Interval> = new Map([
  ...[1, 3, 5, 15, 30].map((minutes) => [`${minutes}m`, interval(minutes)] as const),
  ...[1, 2, 4].map((hours) => [`${hours}H`, interval(hours * hour)] as const),
  ...long.map(([code, minutes]) => [code, interval(minutes, hongKongMs)] as const),
  ...long.map(([code, minutes]) => [`${code}utc`, interval(minutes)] as const),
]);

const instTypes = ['SPOT', 'SWAP', 'FUTURES', 'OPTION', 'MARGIN'];
const limitDefault = 100;
const recentMax = 300;
const historyMax = 100;
/** The path for recent candles reaches back so far. */
const recentReach = 1_440;
const contractMultiplier = '1';

const statuses: Readonly<Record<InstrumentStatus, string>> = {
  trading: 'live',
  halted: 'suspend',
  delisted: 'expired',
};

const list = (data: readonly unknown[]): Answer => ok(JSON.stringify({ code: '0', msg: '', data }));
export const problem = (code: string, msg: string): string => JSON.stringify({ msg, code, data: [] });
const wrong = (name: string): Answer => ({ status: 400, body: problem('51000', `Parameter ${name} error`) });
const noInstrument = ok(problem('51001', "Instrument ID, Instrument ID code, or Spread ID doesn't exist."));

export function okxAnswer(
  market: OkxMarket,
  path: string,
  query: URLSearchParams,
  view: ExchangeView,
): Answer | Promise<Answer> {
  switch (path) {
    case '/api/v5/public/time':
      return list([{ ts: String(view.serverTime()) }]);
    case '/api/v5/public/instruments':
    case '/api/v5/market/tickers':
      return instruments(market, path.endsWith('tickers'), query, view);
    case '/api/v5/market/ticker': {
      const instrument = view.instrument(query.get('instId') ?? '');
      return instrument === undefined ? noInstrument : list([ticker(market, instrument, view)]);
    }
    case '/api/v5/market/candles':
      return candles(market, query, view, 'recent');
    case '/api/v5/market/history-candles':
      return candles(market, query, view, 'history');
    default:
      return { status: 404, body: problem('404', 'Not Found') };
  }
}

function instruments(market: OkxMarket, tickers: boolean, query: URLSearchParams, view: ExchangeView): Answer {
  const instType = query.get('instType') ?? '';
  if (!instTypes.includes(instType)) return wrong('instType');
  // Other kinds of instruments are not simulated: there are none.
  if (instType !== market.toUpperCase()) return list([]);
  const asked = query.get('instId');
  const listed = view.listed().filter(({ symbol }) => asked === null || symbol === asked);
  if (asked !== null && listed.length === 0) return noInstrument;
  if (tickers) return list(listed.map((instrument) => ticker(market, instrument, view)));
  return list(
    listed.map((instrument) => {
      const status = view.market.statusAt(instrument.symbol, view.now());
      return described(market, instrument, typeof status === 'string' ? statuses[status] : status.odd);
    }),
  );
}

async function candles(
  market: OkxMarket,
  query: URLSearchParams,
  view: ExchangeView,
  path: 'recent' | 'history',
): Promise<Answer> {
  const instrument = view.instrument(query.get('instId') ?? '');
  if (instrument === undefined) return noInstrument;
  const bar = okxIntervals.get(query.get('bar') ?? '1m');
  if (bar === undefined) return wrong('bar');
  const after = wholeNumber(query, 'after');
  const before = wholeNumber(query, 'before');
  const limit = wholeNumber(query, 'limit') ?? limitDefault;
  if (Number.isNaN(after)) return wrong('after');
  if (Number.isNaN(before)) return wrong('before');
  if (Number.isNaN(limit) || limit < 1) return wrong('limit');
  const now = view.now();
  const reach = recentReach * (bar.minutes ?? 31 * day) * 60_000;
  // Both ends are exclusive; `after` is the later one. Whatever is asked for, the newest of it is given.
  const found = await view.candles(instrument, bar, {
    first: Math.max(before === undefined ? 0 : before + 1, path === 'recent' ? now - reach : 0),
    last: after === undefined ? now : after - 1,
    limit: Math.min(path === 'recent' ? recentMax : historyMax, limit),
    keep: 'newest',
  });
  const rows = found.filter(({ closeTime }) => path === 'recent' || closeTime < now);
  return list(rows.map((candle) => candleRow(market, instrument, candle, candle.closeTime < now)).reverse());
}

/** Swaps count contracts first, then coins; spot counts coins, then the quote currency twice. */
export function candleRow(
  market: OkxMarket,
  { amountDecimals }: SimulatedInstrument,
  { openTime, open, high, low, close, volume, quoteVolume }: PrintedCandle,
  closed: boolean,
): readonly string[] {
  const contracts = market === 'swap' ? String(Math.round(Number(volume) * 10 ** amountDecimals)) : volume;
  const currency = market === 'swap' ? volume : quoteVolume;
  return [
    String(openTime),
    ...[open, high, low, close, contracts, currency, quoteVolume].map(trimmed),
    closed ? '1' : '0',
  ];
}

function described(market: OkxMarket, instrument: SimulatedInstrument, state: string): object {
  const swap = market === 'swap';
  const pair = `${instrument.base}-${instrument.quote}`;
  return {
    alias: '',
    auctionEndTime: '',
    baseCcy: swap ? '' : instrument.base,
    category: '1',
    contTdSwTime: '',
    ctMult: swap ? contractMultiplier : '',
    ctType: swap ? 'linear' : '',
    ctVal: swap ? stepText(instrument.amountDecimals) : '',
    ctValCcy: swap ? instrument.base : '',
    expTime: '',
    futureSettlement: false,
    instFamily: swap ? pair : '',
    instId: instrument.symbol,
    instIdCode: null,
    instType: market.toUpperCase(),
    lever: swap ? '50' : '',
    listTime: String(instrument.listedAt),
    lotSz: swap ? '1' : stepText(instrument.amountDecimals),
    maxIcebergSz: '100000000.0000000000000000',
    maxLmtAmt: '20000000',
    maxLmtSz: '100000000',
    maxMktAmt: swap ? '' : '1000000',
    maxMktSz: '1000000',
    maxPlatOILmt: '',
    maxStopSz: '1000000',
    maxTriggerSz: '100000000.0000000000000000',
    maxTwapSz: '100000000.0000000000000000',
    minSz: swap ? '1' : stepText(instrument.amountDecimals),
    openType: '',
    optType: '',
    posLmtAmt: '',
    posLmtPct: '',
    preMktSwTime: '',
    quoteCcy: swap ? '' : instrument.quote,
    ruleType: 'normal',
    settleCcy: swap ? instrument.quote : '',
    state,
    stk: '',
    tickSz: stepText(instrument.priceDecimals),
    tradeQuoteCcyList: swap ? [] : [instrument.quote],
    uly: swap ? pair : '',
  };
}

function ticker(market: OkxMarket, instrument: SimulatedInstrument, view: ExchangeView): object {
  const { open, high, low, close, volume, quoteVolume } = view.ticker(instrument);
  const { symbol, priceDecimals, amountDecimals } = instrument;
  const price = (ticks: number): string => trimmed((ticks / 10 ** priceDecimals).toFixed(priceDecimals));
  const coins = trimmed(volume.toFixed(amountDecimals));
  return {
    instType: market.toUpperCase(),
    instId: symbol,
    last: price(close),
    lastSz: '1',
    askPx: price(close + 1),
    askSz: '1',
    bidPx: price(close),
    bidSz: '1',
    open24h: price(open),
    high24h: price(high),
    low24h: price(low),
    volCcy24h: market === 'swap' ? coins : trimmed(quoteVolume.toFixed(4)),
    vol24h: market === 'swap' ? String(Math.round(volume * 10 ** amountDecimals)) : coins,
    ts: String(view.serverTime()),
    sodUtc0: price(open),
    sodUtc8: price(open),
  };
}
