/** Binance spot: public market data over REST and WebSocket. */
import type { BinanceMarket, BinanceRest } from '../binance/create-binance.ts';
import { createBinance } from '../binance/create-binance.ts';
import { klineStreamNames } from '../binance/stream-protocol.ts';
import { current, currentPath, type Dated, type DatedRoute } from '../dated-route.ts';
import type { Exchange } from '../exchange.ts';
import type { ExchangeOptions } from '../exchange-from-spec.ts';
import { withoutSlash } from '../stream/stream-protocol.ts';

const streamRoutes: readonly DatedRoute[] = [{ since: '2017-07-14', path: '/stream' }];
const streamsUrl = (wsBase: string, streams: string): string =>
  `${withoutSlash(wsBase)}${currentPath(streamRoutes)}?streams=${streams}`;

/** Of the addresses that serve market data only. */
const place = { base: 'https://data-api.binance.vision', apiPath: '/api/v3', limitGroup: 'binance-spot' };

export const spotRest: readonly [Dated<BinanceRest>, ...Dated<BinanceRest>[]] = [
  {
    since: '2019-11-13',
    ...place,
    weightPerMinute: 1_200,
    weights: { time: 1, exchangeInfo: 10, dayTickers: 40 },
    klineWeights: [{ limitMax: 1_000, weight: 1 }],
  },
  {
    since: '2023-08-25',
    ...place,
    weightPerMinute: 6_000,
    weights: { time: 1, exchangeInfo: 20, dayTickers: 80 },
    klineWeights: [{ limitMax: 1_000, weight: 2 }],
  },
];

export const binanceSpot: BinanceMarket = {
  market: 'spot',
  title: 'Binance spot',
  rest: current(spotRest),
  wsBase: 'wss://data-stream.binance.vision',
  // `1s` exists too, but nothing here is shorter than a minute.
  intervals: ['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d', '3d', '1w', '1M'],
  // 1,024 are allowed; so many names make an address that proxies refuse.
  streamsPerConnectionMax: 200,
  streamLimits: {
    connectionRate: { count: 300, windowMs: 300_000 },
    // 5, pongs included, as they arrive: what was sent apart may arrive together.
    messageRate: { count: 2, windowMs: 1_000 },
    connectionAgeMsMax: 24 * 3_600_000,
  },
  rateRules: [
    {
      what: 'requests of an address, whatever they weigh',
      count: 61_000,
      windowMs: 300_000,
      rest: { counts: 'requests', windows: 'fixed' },
    },
  ],
  streams: {
    klines: (wsBase, symbols) => streamsUrl(wsBase, klineStreamNames(symbols)),
    // Candles come every 2 s only.
    prices: (wsBase) => streamsUrl(wsBase, '!miniTicker@arr'),
  },
  /** As of 2026; CANCEL_ONLY since 2026-07. BREAK may end again. */
  statuses: {
    PRE_TRADING: 'listed',
    TRADING: 'trading',
    POST_TRADING: 'halted',
    AUCTION_MATCH: 'halted',
    END_OF_DAY: 'halted',
    HALT: 'halted',
    BREAK: 'halted',
    CANCEL_ONLY: 'halted',
  },
  kindOf: () => 'spot',
};

export const createBinanceSpot = (options: ExchangeOptions): Exchange => createBinance(binanceSpot, options);
