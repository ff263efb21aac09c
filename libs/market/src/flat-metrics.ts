import { indicatorValue } from './bar-indicators.ts';
import type { FlatMetric, MetricsSource } from './flat-metric.ts';
import { type IndicatorRow, indicatorTable } from './indicators/indicator-table.ts';
import { windowMinutes, windowsWith } from './interval.ts';
import { statisticFlatMetrics } from './statistics/statistic-metrics.ts';
import type { ChangeBasis } from './window.ts';
import { windowFlatMetrics } from './window-metrics.ts';

const ofIndicators = (table: readonly IndicatorRow[]): FlatMetric[] =>
  table.flatMap(({ indicator, intervals }) =>
    intervals.flatMap((interval) =>
      indicator.outputs.map(
        ({ name, about, unit, needs = [] }): FlatMetric => ({
          name: `${name}_${interval}`,
          about: `${about}, as of the last closed ${interval} bar`,
          unit,
          interval,
          source: 'indicator',
          needs,
          read(metrics) {
            const bar = metrics.indicators?.find((candidate) => candidate.interval === interval);
            return bar && indicatorValue(bar, name);
          },
        }),
      ),
    ),
  );

const price: FlatMetric = {
  name: 'price',
  about: 'Close of the newest candle',
  unit: 'price',
  source: 'price',
  needs: [],
  movesWithPrice: true,
  read: (metrics) => metrics.price,
};

/** Every flat name of the price, of windows of these lengths in minutes, of these indicators and of the statistics. */
export const flatMetricsOf = (
  indicators: readonly IndicatorRow[],
  windows: readonly number[] = windowMinutes,
): readonly FlatMetric[] => [
  price,
  ...windowFlatMetrics(windows),
  ...ofIndicators(indicators),
  ...statisticFlatMetrics,
];

/** Every flat name with what it means. Rules are checked against it, documentation and page are made from it. */
export const flatMetricTable: readonly FlatMetric[] = flatMetricsOf(indicatorTable);

/** The same where other windows are computed too: `custom` are their lengths in minutes, from the setting CUSTOM_WINDOWS. */
export const flatMetricTableWith = (custom: readonly number[]): readonly FlatMetric[] =>
  custom.length === 0 ? flatMetricTable : flatMetricsOf(indicatorTable, windowsWith(custom));

const byName: ReadonlyMap<string, FlatMetric> = new Map(flatMetricTable.map((metric) => [metric.name, metric]));

export const findFlatMetric = (name: string): FlatMetric | undefined => byName.get(name);

/** Every flat name that has a value, in the order of the table. */
export function flatMetrics(
  metrics: MetricsSource,
  basis: ChangeBasis,
  table: readonly FlatMetric[] = flatMetricTable,
): Record<string, number> {
  const flat: Record<string, number> = {};
  for (const metric of table) {
    const value = metric.read(metrics, basis);
    if (value !== undefined) flat[metric.name] = value;
  }
  return flat;
}

/** Looks single names up, computing only what is asked for: for rules. */
export const metricReader =
  (metrics: MetricsSource, basis: ChangeBasis): ((name: string) => number | undefined) =>
  (name) =>
    byName.get(name)?.read(metrics, basis);
