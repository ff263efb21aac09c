export { createBinanceSpot } from './binance-spot/binance-spot.ts';
export { streamBase } from './binance-usdm/addresses.ts';
export { type BinanceUsdmOptions, createBinanceUsdm } from './binance-usdm/binance-usdm.ts';
export * from './exchange.ts';
export type { ExchangeOptions } from './exchange-from-spec.ts';
export { type PrimingCost, primingCost } from './rest/kline-plan.ts';
export type { Timers } from './timers.ts';
