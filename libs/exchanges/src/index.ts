export { streamBase } from './binance-usdm/addresses.ts';
export { type BinanceUsdmOptions, createBinanceUsdm } from './binance-usdm/binance-usdm.ts';
export { type PrimingCost, primingCost } from './binance-usdm/kline-plan.ts';
export * from './exchange.ts';
export type { Timers } from './timers.ts';
