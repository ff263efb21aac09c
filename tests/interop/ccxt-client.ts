/** ccxt as it comes from npm, pointed at a simulated exchange; only its addresses are changed. */
import type { DialectName, Simulator } from '@screener/simulator';
import { requireOfPeers } from '../../scripts/peers.ts';

/** Time, open, high, low, close, volume. */
export type Ohlcv = readonly [number, number, number, number, number, number];

export interface CcxtMarket {
  readonly id: string;
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly type: string;
  readonly active: boolean;
  readonly precision: { readonly price: number; readonly amount: number };
}

export interface CcxtExchange {
  urls: { api: object };
  /** It asks for this before its first ws:// address. */
  loadHttpProxyAgent(): Promise<unknown>;
  fetchMarkets(): Promise<readonly CcxtMarket[]>;
  fetchOHLCV(symbol: string, timeframe: string, since?: number, limit?: number): Promise<readonly Ohlcv[]>;
  watchOHLCV(symbol: string, timeframe: string): Promise<readonly Ohlcv[]>;
  close(): Promise<void>;
}

type CcxtClass = new (options: object) => CcxtExchange;

export interface Ccxt {
  readonly pro: Readonly<Record<'binance' | 'binanceusdm' | 'bybit' | 'okx', CcxtClass>>;
}

export const loadCcxt = (): Ccxt => requireOfPeers('ccxt') as Ccxt;

interface Pointed {
  readonly client: keyof Ccxt['pro'];
  readonly options: object;
  /** The addresses that differ from its own. */
  readonly urls: (restBase: string, wsBase: string) => object;
}

const pointed: Readonly<Record<DialectName, Pointed>> = {
  spot: {
    client: 'binance',
    options: { fetchMarkets: { types: ['spot'] } },
    urls: (rest, ws) => ({ public: `${rest}/api/v3`, ws: { spot: `${ws}/ws` } }),
  },
  usdm: {
    client: 'binanceusdm',
    options: { fetchMarkets: { types: ['linear'] } },
    urls: (rest, ws) => ({ fapiPublic: `${rest}/fapi/v1`, ws: { future: `${ws}/ws` } }),
  },
  'bybit-linear': {
    client: 'bybit',
    options: {},
    urls: (rest, ws) => ({ public: rest, ws: { public: { linear: `${ws}/v5/public/linear` } } }),
  },
  'bybit-spot': {
    client: 'bybit',
    options: {},
    urls: (rest, ws) => ({ public: rest, ws: { public: { spot: `${ws}/v5/public/spot` } } }),
  },
  'okx-swap': { client: 'okx', options: {}, urls: (rest, ws) => ({ rest, ws: `${ws}/ws/v5` }) },
  'okx-spot': { client: 'okx', options: {}, urls: (rest, ws) => ({ rest, ws: `${ws}/ws/v5` }) },
};

export function ccxtOf(ccxt: Ccxt, { dialect, restBase, wsBase }: Simulator): CcxtExchange {
  const { client, options, urls } = pointed[dialect];
  const exchange = new ccxt.pro[client]({ options });
  exchange.urls.api = { ...exchange.urls.api, ...urls(restBase, wsBase) };
  return exchange;
}
