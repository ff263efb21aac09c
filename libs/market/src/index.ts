export * from './aggregate-candles.ts';
export { atPrice } from './at-price.ts';
export { type BarIndicators, indicatorValue } from './bar-indicators.ts';
export {
  type Candle,
  type CandleInProgress,
  candleProblem,
  candleValueNames,
  columnsOfCandles,
  MINUTE_MS,
  openTimeProblem,
} from './candle.ts';
export { ExactSum } from './exact-sum.ts';
export type { CandleNeed, FlatMetric, MetricsSource } from './flat-metric.ts';
export * from './flat-metrics.ts';
export type { Indicator, IndicatorBar, IndicatorOutput } from './indicators/indicator.ts';
export * from './indicators/indicator-table.ts';
export * from './instrument.ts';
export type { MinuteMetrics } from './instrument-fold.ts';
export { INSTRUMENT_SNAPSHOT_VERSION, SnapshotUnreadable } from './instrument-snapshot.ts';
export * from './instrument-state.ts';
export * from './interval.ts';
export * from './market-wide/close-market.ts';
export * from './market-wide/market-relations.ts';
export * from './market-wide/measure-instrument.ts';
export { barsOfColumns, type PrimedBar } from './primed-bars.ts';
export type { MinuteStatistic, StatisticRow } from './statistics/minute-statistic.ts';
export * from './statistics/return-history.ts';
export * from './statistics/statistic-table.ts';
export * from './window.ts';
