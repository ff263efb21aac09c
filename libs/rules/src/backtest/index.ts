export * from './backtest-options.ts';
export * from './backtest-result.ts';
export * from './candle-tape.ts';
export type { Comparison } from './compare-with-random.ts';
export { metricsRead, neededNumbers } from './needed-numbers.ts';
export type { OutcomeStatistics } from './outcome-statistics.ts';
export { horizonMinutes, type Side, sides } from './price-paths.ts';
export { runBacktest } from './run-backtest.ts';
export { type FiredAlert, type WatchedPast, watchPast } from './watch-past.ts';
