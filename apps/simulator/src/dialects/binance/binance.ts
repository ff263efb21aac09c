/** What Binance spot and USD-M futures have in common, and the tables of where they differ. */
import type { GateRules, Refused } from '../../rest/request-gate.ts';
import { padded } from '../../units.ts';
import type { Dialect, DialectName, FaultWords } from '../dialect.ts';
import { type BinanceRest, binanceAnswer, getOnly, klinesDefault, problem } from './rest-answers.ts';
import { type BinanceStreams, binanceStreams } from './streams.ts';

interface BinanceMarket {
  readonly name: DialectName;
  readonly title: string;
  readonly frameEveryMs: number;
  readonly rest: BinanceRest;
  readonly streams: BinanceStreams;
  readonly faults: Pick<FaultWords, 'impossible' | 'unknownStatus'>;
  weigh(path: string, query: URLSearchParams): number;
}

const minute = 60_000;
const banFirstMs = 2 * minute;
const banMsMax = 3 * 1_440 * minute;

const gateOf = ({ rest: { prefix, weightPerMinute }, weigh }: BinanceMarket): GateRules => ({
  limits: [{ count: weightPerMinute, windowMs: minute, sliding: false }],
  weigh: (path, query) => weigh(path.startsWith(prefix) ? path.slice(prefix.length) : path, query),
  headers: ([used = 0]) => ({ 'x-mbx-used-weight': used, 'x-mbx-used-weight-1m': used }),
  first: 'wait',
  // From two minutes to three days.
  banMs: (nth) => Math.min(banMsMax, banFirstMs * 2 ** (nth - 1)),
  refuse: ({ address, until, banned, limit, now }: Refused) => ({
    status: banned ? 418 : 429,
    headers: { 'retry-after': Math.max(1, Math.ceil((until - now) / 1_000)) },
    body: problem(
      -1003,
      banned
        ? `Way too many requests; IP(${address}) banned until ${until}. Please use the websocket for live updates to avoid bans.`
        : `Too many requests; current limit of IP(${address}) is ${limit} requests per minute.`,
    ),
  }),
});

const dialectOf = (market: BinanceMarket): Dialect => ({
  name: market.name,
  title: market.title,
  symbolOf: (base, quote) => `${base}${quote}`,
  frameEveryMs: market.frameEveryMs,
  rest: {
    contentType: 'application/json;charset=UTF-8',
    answer: (path, query, view) => binanceAnswer(market.rest, path, query, view),
    getOnly,
  },
  gate: gateOf(market),
  streams: binanceStreams(market.streams),
  faults: {
    ...market.faults,
    serverError: { body: problem(-1001, 'Internal error; unable to process your request.') },
    shutdown(now, combined) {
      const event = `{"e":"serverShutdown","E":${now}}`;
      return combined ? `{"stream":"!serverShutdown","data":${event}}` : event;
    },
    breaks: [
      (text) => text.slice(0, text.length >> 1),
      () => 'upstream connect error',
      (text) => text.replace('"k":', '"candle":'),
      (text) => text.replace(/"t":(\d+)/, '"t":"$1"'),
      () => '{"e":"kline"}',
      (text) => text.replace(/"q":"[^"]*"/, '"q":1e400'),
    ],
  },
});

export const usdm = dialectOf({
  name: 'usdm',
  title: 'Binance USD-M futures',
  frameEveryMs: 250,
  rest: {
    prefix: '/fapi/v1',
    klinesMax: 1_500,
    weightPerMinute: 2_400,
    statuses: { trading: 'TRADING', halted: 'PENDING_TRADING', delisted: 'SETTLING' },
    about: {
      futuresType: 'U_MARGINED',
      assets: [{ asset: 'USDT', marginAvailable: true, autoAssetExchange: '-10000' }],
    },
    describe: (instrument) => ({
      pair: instrument.symbol,
      contractType: 'PERPETUAL',
      deliveryDate: 4_133_404_800_000,
      onboardDate: instrument.listedAt,
      maintMarginPercent: '2.5000',
      requiredMarginPercent: '5.0000',
      marginAsset: instrument.quote,
      pricePrecision: instrument.priceDecimals,
      quantityPrecision: instrument.amountDecimals,
      baseAssetPrecision: 8,
      quotePrecision: 8,
      underlyingType: 'COIN',
      underlyingSubType: [],
      settlePlan: 0,
      triggerProtect: '0.0500',
      liquidationFee: '0.012000',
      marketTakeBound: '0.30',
      orderTypes: ['LIMIT', 'MARKET'],
      timeInForce: ['GTC', 'IOC', 'FOK', 'GTX'],
    }),
    number: (text) => text,
  },
  /** As of 2026. */
  weigh(path, query) {
    if (path === '/ticker/24hr') return query.has('symbol') ? 1 : 40;
    if (path !== '/klines') return 1;
    const limit = Number(query.get('limit') ?? klinesDefault);
    if (limit < 100) return 1;
    if (limit < 500) return 2;
    return limit <= 1_000 ? 5 : 10;
  },
  streams: {
    routed: true,
    messagesPerSecond: 10,
    pingEveryMs: 3 * minute,
    pongWithinMs: 10 * minute,
    // Letter for letter as captured from the exchange in July 2026: spaces after the first field of `k`.
    gap: ' ',
    number: (text) => text,
    contracts: true,
  },
  faults: { impossible: [], unknownStatus: 'CANCEL_ONLY' },
});

const spotWeights: Readonly<Record<string, number>> = { '/klines': 2, '/exchangeInfo': 20 };
const spotDecimals = 8;

export const spot = dialectOf({
  name: 'spot',
  title: 'Binance spot',
  frameEveryMs: 2_000,
  rest: {
    prefix: '/api/v3',
    klinesMax: 1_000,
    weightPerMinute: 6_000,
    statuses: { trading: 'TRADING', halted: 'HALT', delisted: 'BREAK' },
    about: {},
    describe: () => ({
      baseAssetPrecision: 8,
      quotePrecision: 8,
      quoteAssetPrecision: 8,
      baseCommissionPrecision: 8,
      quoteCommissionPrecision: 8,
      orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET'],
      icebergAllowed: true,
      ocoAllowed: true,
      otoAllowed: true,
      opoAllowed: true,
      allowTrailingStop: false,
      cancelReplaceAllowed: false,
      amendAllowed: false,
      pegInstructionsAllowed: true,
      quoteOrderQtyMarketAllowed: true,
      isSpotTradingAllowed: true,
      isMarginTradingAllowed: false,
      permissions: [],
      permissionSets: [['SPOT']],
      defaultSelfTradePreventionMode: 'NONE',
      allowedSelfTradePreventionModes: ['NONE'],
    }),
    number: (text) => padded(text, spotDecimals),
  },
  weigh(path, query) {
    if (path === '/ticker/24hr') return query.has('symbol') ? 2 : 80;
    return spotWeights[path] ?? 1;
  },
  streams: {
    routed: false,
    messagesPerSecond: 5,
    pingEveryMs: 20_000,
    pongWithinMs: minute,
    gap: '',
    number: (text) => padded(text, spotDecimals),
    contracts: false,
  },
  faults: { impossible: ['merged-markets'], unknownStatus: 'AUCTION_ONLY' },
});
