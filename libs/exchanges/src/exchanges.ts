/** Every exchange and market that there is a client for, by `exchange:market`. */
import { createBinanceSpot } from './binance-spot/binance-spot.ts';
import { createBinanceUsdm } from './binance-usdm/binance-usdm.ts';
import { createBybit } from './bybit/bybit.ts';
import { createDeribit } from './deribit/deribit.ts';
import type { Exchange } from './exchange.ts';
import type { ExchangeOptions } from './exchange-from-spec.ts';
import { createKraken } from './kraken/kraken.ts';
import { createOkx } from './okx/okx.ts';

export const exchanges = {
  'binance:usdm': createBinanceUsdm,
  'binance:spot': createBinanceSpot,
  'bybit:linear': (options) => createBybit({ ...options, market: 'linear' }),
  'bybit:spot': (options) => createBybit({ ...options, market: 'spot' }),
  'okx:swap': (options) => createOkx({ ...options, market: 'swap' }),
  'okx:spot': (options) => createOkx({ ...options, market: 'spot' }),
  'kraken:spot': createKraken,
  'deribit:futures': createDeribit,
} as const satisfies Readonly<Record<string, (options: ExchangeOptions) => Exchange>>;

export type ExchangeMarket = keyof typeof exchanges;
export const exchangeMarkets = Object.keys(exchanges) as ExchangeMarket[];
export const isExchangeMarket = (text: string): text is ExchangeMarket => Object.hasOwn(exchanges, text);
