import { type BarIndicators, indicatorValue } from './bar-indicators.ts';
import { type IndicatorRow, indicatorTable } from './indicators/indicator-table.ts';
import { intervalMinutes, windowNames } from './interval.ts';
import { anomalyScore } from './statistics/anomaly-score.ts';
import { type Statistics, statisticTable } from './statistics/statistic-table.ts';
import {
  type ChangeBasis,
  changePercent,
  fibonacciPivots,
  fromHighPercent,
  fromLowPercent,
  takerShare,
  takerSlope,
  takerTrend,
  vcp,
  vwap,
  type Window,
} from './window.ts';

/** What flat names are read from; closed and live metrics events both have it. */
export interface MetricsSource {
  readonly price: number;
  readonly windows: readonly Window[];
  readonly indicators?: readonly BarIndicators[] | undefined;
  readonly statistics?: Statistics | null | undefined;
}

/** Optional columns of a candle that a number needs. */
export type CandleNeed = 'volume' | 'quoteVolume' | 'trades' | 'takerBuyQuoteVolume';

/** One number under the name that rules, analysts and the page use for it. */
export interface FlatMetric {
  readonly name: string;
  /** What it is, in one line for people. */
  readonly about: string;
  readonly unit: 'price' | 'percent' | 'base' | 'quote' | 'share' | 'number' | 'count';
  /** Bar or window it is about, for example `1h`; absent for `price`. */
  readonly interval?: string;
  /** A rolling window, an indicator of closed bars, a number over the last day's minutes, or the price. */
  readonly source: 'price' | 'window' | 'indicator' | 'statistic';
  readonly needs: readonly CandleNeed[];
  /** undefined: absent (the window is not full, the indicator not warm, the quotient not defined). */
  read(metrics: MetricsSource, basis: ChangeBasis): number | undefined;
}

interface WindowMetric {
  readonly prefix: string;
  readonly about: string;
  readonly unit: FlatMetric['unit'];
  readonly needs?: readonly CandleNeed[];
  readonly read: (window: Window, basis: ChangeBasis) => number | undefined;
}

const pivots = ['r1', 'r2', 'r3', 's1', 's2', 's3'] as const;
const pivotSteps = { '1': '0.382', '2': '0.618', '3': '1.000' } as const;

/** Flat names of a window, in the order in which they are printed. */
const windowMetrics: readonly WindowMetric[] = [
  { prefix: 'open', about: 'Open of the oldest candle', unit: 'price', read: (window) => window.open },
  { prefix: 'high', about: 'Highest price', unit: 'price', read: (window) => window.high },
  { prefix: 'low', about: 'Lowest price', unit: 'price', read: (window) => window.low },
  { prefix: 'close', about: 'Close of the newest candle', unit: 'price', read: (window) => window.close },
  { prefix: 'change', about: 'Rolling change', unit: 'percent', read: changePercent },
  {
    prefix: 'from_high',
    about: 'How far the close is below the high, 0 or less: (close − high) / high × 100',
    unit: 'percent',
    read: fromHighPercent,
  },
  {
    prefix: 'from_low',
    about: 'How far the close is above the low, 0 or more: (close − low) / low × 100',
    unit: 'percent',
    read: fromLowPercent,
  },
  {
    prefix: 'volume',
    about: 'Quote volume',
    unit: 'quote',
    needs: ['quoteVolume'],
    read: (window) => window.quoteVolume,
  },
  { prefix: 'base_volume', about: 'Base volume', unit: 'base', needs: ['volume'], read: (window) => window.volume },
  { prefix: 'trades', about: 'Number of trades', unit: 'count', needs: ['trades'], read: (window) => window.trades },
  {
    prefix: 'vwap',
    about: 'Volume-weighted average price: quote volume / base volume',
    unit: 'price',
    needs: ['volume', 'quoteVolume'],
    read: vwap,
  },
  {
    prefix: 'vcp',
    about: '(close / vwap) × ((close − low) − (high − close)) / (high − low); 0 without range or volume',
    unit: 'number',
    needs: ['volume', 'quoteVolume'],
    read: vcp,
  },
  {
    prefix: 'taker_share',
    about: 'Share of quote volume bought by takers, 0 to 1',
    unit: 'share',
    needs: ['quoteVolume', 'takerBuyQuoteVolume'],
    read: takerShare,
  },
  {
    prefix: 'fib_pivot',
    about: 'Fibonacci pivot: (high + low + close) / 3',
    unit: 'price',
    read: (window) => fibonacciPivots(window).pivot,
  },
  ...pivots.map(
    (level): WindowMetric => ({
      prefix: `fib_${level}`,
      about: `Fibonacci ${level.startsWith('r') ? 'resistance: pivot +' : 'support: pivot −'} ${pivotSteps[level[1] as keyof typeof pivotSteps]} × (high − low)`,
      unit: 'price',
      read: (window) => fibonacciPivots(window)[level],
    }),
  ),
];

const findWindow = (windows: readonly Window[], minutes: number): Window | undefined => {
  for (const window of windows) if (window.minutes === minutes) return window;
  return undefined;
};

/** Infinity and NaN (a change from a price of 0) are no numbers to go on with. */
const finite = (value: number | undefined): number | undefined =>
  value !== undefined && Number.isFinite(value) ? value : undefined;

const ofWindows: readonly FlatMetric[] = windowNames.flatMap((interval) => {
  const minutes = intervalMinutes[interval];
  return windowMetrics.map(
    ({ prefix, about, unit, needs = [], read }): FlatMetric => ({
      name: `${prefix}_${interval}`,
      about: `${about}, rolling ${interval}`,
      unit,
      interval,
      source: 'window',
      needs,
      read(metrics, basis) {
        const window = findWindow(metrics.windows, minutes);
        return window && finite(read(window, basis));
      },
    }),
  );
});

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
  read: (metrics) => metrics.price,
};

const trendNeeds = ['quoteVolume', 'takerBuyQuoteVolume'] as const;

/** What follows from two windows. */
const ofTwoWindows: readonly FlatMetric[] = [
  {
    name: 'taker_trend_15m',
    about: 'Whether takers buy more than before: taker share of 15m − taker share of 4h, −1 to 1',
    unit: 'share',
    interval: '15m',
    source: 'window',
    needs: trendNeeds,
    read({ windows }) {
      const [short, long] = [findWindow(windows, 15), findWindow(windows, 240)];
      return short && long && takerTrend(short, long);
    },
  },
  {
    name: 'taker_slope_4h',
    about:
      'By how much the taker share rises an hour: (share of the newest hour − share of the three hours before) / 2, since their middles are two hours apart',
    unit: 'share',
    interval: '4h',
    source: 'window',
    needs: trendNeeds,
    read({ windows }) {
      const [hour, four] = [findWindow(windows, 60), findWindow(windows, 240)];
      return hour && four && takerSlope(hour, four);
    },
  },
];

const ofStatistics: readonly FlatMetric[] = [
  ...statisticTable.map(
    (row): FlatMetric => ({
      name: row.name,
      about: row.about,
      unit: row.unit,
      interval: row.interval,
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
    source: 'statistic',
    needs: ['quoteVolume'],
    read: ({ statistics }) => (statistics ? anomalyScore(statistics) : undefined),
  },
];

/** Every flat name of the price, the windows, these indicators and the statistics. */
export const flatMetricsOf = (table: readonly IndicatorRow[]): readonly FlatMetric[] => [
  price,
  ...ofWindows,
  ...ofTwoWindows,
  ...ofIndicators(table),
  ...ofStatistics,
];

/** Every flat name with what it means. Rules are checked against it, documentation and page are made from it. */
export const flatMetricTable: readonly FlatMetric[] = flatMetricsOf(indicatorTable);

const byName: ReadonlyMap<string, FlatMetric> = new Map(flatMetricTable.map((metric) => [metric.name, metric]));

export const findFlatMetric = (name: string): FlatMetric | undefined => byName.get(name);

/** Every flat name that has a value, in the order of the table. */
export function flatMetrics(metrics: MetricsSource, basis: ChangeBasis): Record<string, number> {
  const flat: Record<string, number> = {};
  for (const metric of flatMetricTable) {
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
