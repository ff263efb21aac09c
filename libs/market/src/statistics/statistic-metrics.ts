import type { FlatMetric } from '../flat-metric.ts';
import { WINDOW_MINUTES_MAX } from '../interval.ts';
import { anomalyScore } from './anomaly-score.ts';
import { statisticTable } from './statistic-table.ts';

/** Flat names of the numbers over the last day's minutes. */
export const statisticFlatMetrics: readonly FlatMetric[] = [
  ...statisticTable.map(
    (row): FlatMetric => ({
      name: row.name,
      about: row.about,
      unit: row.unit,
      interval: row.interval,
      minutes: row.minutes,
      source: 'statistic',
      needs: 'needs' in row ? row.needs : [],
      read: ({ statistics }) => statistics?.[row.name] ?? undefined,
    }),
  ),
  {
    name: 'anomaly_1m',
    about:
      'How unusual the newest minute is, 0 (not at all) to 100: 100 × mean of z / (z + 10) over volume_z_1m, range_z_1m and return_z_1m, a negative z counting as 0',
    unit: 'number',
    interval: '1m',
    minutes: WINDOW_MINUTES_MAX,
    source: 'statistic',
    needs: ['quoteVolume'],
    read: ({ statistics }) => (statistics ? anomalyScore(statistics) : undefined),
  },
];
