/** What a client of each exchange says and asks, as plainly as can be. */
import type { DialectName } from '../dialects/dialect.ts';

export interface RawClient {
  /** Where one-minute candles of the symbols are heard. */
  readonly path: (symbols: readonly string[]) => string;
  /** What is to be said there first. */
  readonly hello: (symbols: readonly string[]) => string | undefined;
  readonly candles: (symbol: string) => string;
  readonly instruments: string;
  readonly time: string;
}

const binance = (route: string, rest: string): RawClient => ({
  path: (symbols) => `${route}/stream?streams=${symbols.map((symbol) => `${symbol.toLowerCase()}@kline_1m`).join('/')}`,
  hello: () => undefined,
  candles: (symbol) => `${rest}/klines?symbol=${symbol}&interval=1m&limit=5`,
  instruments: `${rest}/exchangeInfo`,
  time: `${rest}/time`,
});

const bybit = (category: string): RawClient => ({
  path: () => `/v5/public/${category}`,
  hello: (symbols) => JSON.stringify({ op: 'subscribe', args: symbols.map((symbol) => `kline.1.${symbol}`) }),
  candles: (symbol) => `/v5/market/kline?category=${category}&symbol=${symbol}&interval=1&limit=5`,
  instruments: `/v5/market/instruments-info?category=${category}`,
  time: '/v5/market/time',
});

const okx = (instType: string): RawClient => ({
  path: () => '/ws/v5/business',
  hello: (symbols) =>
    JSON.stringify({ op: 'subscribe', args: symbols.map((instId) => ({ channel: 'candle1m', instId })) }),
  candles: (symbol) => `/api/v5/market/candles?instId=${symbol}&bar=1m&limit=5`,
  instruments: `/api/v5/public/instruments?instType=${instType}`,
  time: '/api/v5/public/time',
});

export const rawClients: Readonly<Record<DialectName, RawClient>> = {
  usdm: binance('/market', '/fapi/v1'),
  spot: binance('', '/api/v3'),
  'bybit-linear': bybit('linear'),
  'bybit-spot': bybit('spot'),
  'okx-swap': okx('SWAP'),
  'okx-spot': okx('SPOT'),
};
