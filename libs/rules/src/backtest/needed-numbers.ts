/** What has to be computed so that some rules can be evaluated and what they say can be told: nothing else. */
import {
  type FlatMetric,
  type IndicatorInterval,
  type IndicatorRow,
  type InstrumentStateOptions,
  indicatorTable,
} from '@screener/market';
import type { CompiledRule } from '../compile-rule.ts';
import { type ConditionNames, conditionNames, PREVIOUS } from '../condition-names.ts';
import { compileMessage } from '../message-template.ts';
import { timeframeMinutes } from '../timeframe.ts';

const DAY_MINUTES = 1_440;

/** Metrics of these names, each once; those of the minute before are the same ones. */
function metricsOf(named: readonly string[], names: ConditionNames): readonly FlatMetric[] {
  const wanted = new Set(named.map((name) => name.replace(PREVIOUS, '')));
  return names.metrics.filter(({ name }) => wanted.has(name));
}

/** What the conditions of these rules read. */
export const metricsRead = (
  rules: readonly CompiledRule[],
  names: ConditionNames = conditionNames,
): readonly FlatMetric[] =>
  metricsOf(
    rules.flatMap((rule) => rule.names),
    names,
  );

export function neededNumbers(
  rules: readonly CompiledRule[],
  names: ConditionNames = conditionNames,
): Required<InstrumentStateOptions> {
  const metrics = [...metricsRead(rules, names), ...metricsOf(rules.flatMap(toldBy), names)];
  // The newest candle is a window too.
  const windows = new Set([1, ...metrics.flatMap((metric) => metric.windows ?? [])]);
  // Every alert says the change, range and volume of its timeframe, the last beside that of the day.
  for (const { rule } of rules) windows.add(timeframeMinutes(rule.timeframe) ?? DAY_MINUTES).add(DAY_MINUTES);
  return {
    windows: [...windows].sort((one, other) => one - other),
    indicators: indicatorsOf(metrics),
    statistics: metrics.some(({ source }) => source === 'statistic'),
    // Candles of the past come as they were corrected last.
    corrections: false,
  };
}

function toldBy({ rule }: CompiledRule): readonly string[] {
  const message = compileMessage(rule);
  return 'names' in message ? message.names : [];
}

function indicatorsOf(metrics: readonly FlatMetric[]): readonly IndicatorRow[] {
  const read = new Set(metrics.filter(({ source }) => source === 'indicator').map(({ name }) => name));
  return indicatorTable.flatMap((row) => {
    const isRead = (interval: IndicatorInterval): boolean =>
      row.indicator.outputs.some(({ name }) => read.has(`${name}_${interval}`));
    const intervals = row.intervals.filter(isRead);
    return intervals.length > 0 ? [{ ...row, intervals }] : [];
  });
}
