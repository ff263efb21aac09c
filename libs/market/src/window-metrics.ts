import type { CandleNeed, FlatMetric } from './flat-metric.ts';
import { intervalName } from './interval.ts';
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

interface WindowMetric {
  readonly prefix: string;
  readonly about: string;
  readonly unit: FlatMetric['unit'];
  readonly needs?: readonly CandleNeed[];
  readonly movesWithPrice?: true;
  readonly read: (window: Window, basis: ChangeBasis) => number | undefined;
}

const pivots = ['r1', 'r2', 'r3', 's1', 's2', 's3'] as const;
const pivotSteps = { '1': '0.382', '2': '0.618', '3': '1.000' } as const;

/** Flat names of a window, in the order in which they are printed. */
const windowMetrics: readonly WindowMetric[] = [
  { prefix: 'open', about: 'Open of the oldest candle', unit: 'price', read: (window) => window.open },
  { prefix: 'high', about: 'Highest price', unit: 'price', read: (window) => window.high },
  { prefix: 'low', about: 'Lowest price', unit: 'price', read: (window) => window.low },
  {
    prefix: 'close',
    about: 'Close of the newest candle',
    unit: 'price',
    movesWithPrice: true,
    read: (window) => window.close,
  },
  { prefix: 'change', about: 'Rolling change', unit: 'percent', movesWithPrice: true, read: changePercent },
  {
    prefix: 'from_high',
    about: 'How far the close is below the high, 0 or less: (close − high) / high × 100',
    unit: 'percent',
    movesWithPrice: true,
    read: fromHighPercent,
  },
  {
    prefix: 'from_low',
    about: 'How far the close is above the low, 0 or more: (close − low) / low × 100',
    unit: 'percent',
    movesWithPrice: true,
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
    movesWithPrice: true,
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
    movesWithPrice: true,
    read: (window) => fibonacciPivots(window).pivot,
  },
  ...pivots.map(
    (level): WindowMetric => ({
      prefix: `fib_${level}`,
      about: `Fibonacci ${level.startsWith('r') ? 'resistance: pivot +' : 'support: pivot −'} ${pivotSteps[level[1] as keyof typeof pivotSteps]} × (high − low)`,
      unit: 'price',
      movesWithPrice: true,
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

/** Every number of one window. */
function ofWindow(minutes: number): readonly FlatMetric[] {
  const interval = intervalName(minutes);
  return windowMetrics.map(
    ({ prefix, about, unit, needs = [], movesWithPrice, read }): FlatMetric => ({
      name: `${prefix}_${interval}`,
      about: `${about}, rolling ${interval}`,
      unit,
      interval,
      minutes,
      windows: [minutes],
      source: 'window',
      needs,
      movesWithPrice,
      read(metrics, basis) {
        const window = findWindow(metrics.windows, minutes);
        return window && finite(read(window, basis));
      },
    }),
  );
}

/** What follows from a window and the four hours that contain it. */
const besideFourHours = (
  name: string,
  about: string,
  minutes: number,
  read: (window: Window, fourHours: Window) => number | undefined,
): FlatMetric => ({
  name: `${name}_4h`,
  about,
  unit: 'share',
  interval: '4h',
  minutes: 240,
  windows: [minutes, 240],
  source: 'window',
  needs: ['quoteVolume', 'takerBuyQuoteVolume'],
  read({ windows }) {
    const [short, long] = [findWindow(windows, minutes), findWindow(windows, 240)];
    return short && long && read(short, long);
  },
});

const ofTwoWindows: readonly FlatMetric[] = [
  besideFourHours(
    'taker_trend',
    'Whether takers buy more than before: taker share of 15m − taker share of 4h, −1 to 1',
    15,
    takerTrend,
  ),
  besideFourHours(
    'taker_slope',
    'By how much the taker share rises an hour: (share of the newest hour − share of the three hours before) / 2, since their middles are two hours apart',
    60,
    takerSlope,
  ),
];

/** Flat names of these windows, whose lengths are in minutes. */
export const windowFlatMetrics = (windows: readonly number[]): readonly FlatMetric[] => [
  ...windows.flatMap(ofWindow),
  ...ofTwoWindows,
];
