/**
 * Every indicator by the book: fresh from all the bars, with nothing remembered. Slow, and meant to be read beside a
 * description of the indicator. Values as of the last bar; undefined while not warm.
 */

import type { IndicatorBar } from '../indicators/indicator.ts';
import { isMovement } from '../indicators/movement.ts';

type Bars = readonly IndicatorBar[];
type Values = Readonly<Record<string, number | undefined>>;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
const closesOf = (bars: Bars): number[] => bars.map((bar) => bar.close);
/** Of each bar with its predecessor: one fewer than there are bars. */
const pairs = <T>(bars: Bars, of: (bar: IndicatorBar, previous: IndicatorBar) => T): T[] =>
  bars.slice(1).map((bar, index) => of(bar, bars[index] as IndicatorBar));

/** The mean of the first `period` values, each later one weighted by `weight`. */
function smoothed(values: readonly number[], period: number, weight: number): number | undefined {
  if (values.length < period) return undefined;
  let average = mean(values.slice(0, period));
  for (const value of values.slice(period)) average = value * weight + average * (1 - weight);
  return average;
}

const exponential = (values: readonly number[], period: number) => smoothed(values, period, 2 / (period + 1));
const wilder = (values: readonly number[], period: number) => smoothed(values, period, 1 / period);

const trueRanges = (bars: Bars): number[] =>
  pairs(bars, (bar, { close }) => Math.max(bar.high, close) - Math.min(bar.low, close));

export const slowRsi = (bars: Bars): Values => {
  const changes = pairs(bars, (bar, previous) => bar.close - previous.close);
  const gain = wilder(
    changes.map((change) => Math.max(change, 0)),
    14,
  );
  const loss = wilder(
    changes.map((change) => Math.max(-change, 0)),
    14,
  );
  if (gain === undefined || loss === undefined) return {};
  return { rsi: gain + loss === 0 ? 0 : (100 * gain) / (gain + loss) };
};

export const slowEma =
  (period: number) =>
  (bars: Bars): Values => ({ [`ema${period}`]: exponential(closesOf(bars), period) });

export const slowMacd = (bars: Bars): Values => {
  const closes = closesOf(bars);
  // Both averages begin together, at the 26th close; the signal needs nine values of their difference.
  const lines: number[] = [];
  for (let count = 26; count <= closes.length; count++) {
    const fast = exponential(closes.slice(14, count), 12) as number;
    lines.push(fast - (exponential(closes.slice(0, count), 26) as number));
  }
  const signal = exponential(lines, 9);
  const line = lines.at(-1);
  if (signal === undefined || line === undefined) return {};
  return { macd: line, macd_signal: signal, macd_hist: line - signal };
};

export const slowBollinger = (bars: Bars): Values => {
  const closes = closesOf(bars).slice(-20);
  if (closes.length < 20) return {};
  const middle = mean(closes);
  const deviation = Math.sqrt(mean(closes.map((close) => (close - middle) ** 2)));
  return { bb_upper: middle + 2 * deviation, bb_middle: middle, bb_lower: middle - 2 * deviation };
};

export const slowAtr = (bars: Bars): Values => ({ atr: wilder(trueRanges(bars), 14) });

/** On 5m bars only, so not among those below. */
export const slowAtrMean = (bars: Bars): Values => {
  // One true range fewer than bars, and 14 of them until the first average.
  if (bars.length < 15 + 95) return {};
  const ranges = trueRanges(bars);
  const last = Array.from({ length: 96 }, (_, back) => wilder(ranges.slice(0, ranges.length - back), 14) as number);
  return { atr_mean: mean(last) };
};

export const slowAdx = (bars: Bars): Values => {
  if (bars.length < 28) return {};
  const rises = pairs(bars, (bar, previous) => bar.high - previous.high);
  const falls = pairs(bars, (bar, previous) => previous.low - bar.low);
  const plus = rises.map((rise, index) => (rise > 0 && rise > (falls[index] as number) ? rise : 0));
  const minus = falls.map((fall, index) => (fall > 0 && fall > (rises[index] as number) ? fall : 0));
  const ranges = trueRanges(bars);
  // Wilder's sum: 13 movements as they are, then each new one with 13/14 of what was there.
  const total = (values: readonly number[]): number =>
    values.slice(13).reduce((before, value) => (before * 13) / 14 + value, sum(values.slice(0, 13)));
  const indices: (number | undefined)[] = [];
  for (let count = 14; count < bars.length; count++) {
    const range = total(ranges.slice(0, count));
    const up = total(plus.slice(0, count)) / range;
    const down = total(minus.slice(0, count)) / range;
    indices.push(up + down > 0 ? (100 * Math.abs(up - down)) / (up + down) : undefined);
  }
  let average = sum(indices.slice(0, 14).map((index) => index ?? 0)) / 14;
  for (const index of indices.slice(14)) if (index !== undefined) average = (average * 13 + index) / 14;
  return { adx: average };
};

export const slowStochastic = (bars: Bars): Values => {
  const fast = (end: number): number => {
    const part = bars.slice(end - 14, end);
    const highest = Math.max(...part.map((bar) => bar.high));
    const lowest = Math.min(...part.map((bar) => bar.low));
    return isMovement(highest, lowest)
      ? (100 * ((bars[end - 1] as IndicatorBar).close - lowest)) / (highest - lowest)
      : 0;
  };
  const slow = (end: number): number => mean([fast(end - 2), fast(end - 1), fast(end)]);
  const end = bars.length;
  return end < 18 ? {} : { stoch_k: slow(end), stoch_d: mean([slow(end - 2), slow(end - 1), slow(end)]) };
};

export const slowObv = (bars: Bars): Values => {
  const [first] = bars;
  if (first === undefined) return {};
  return { obv: first.volume + sum(pairs(bars, (bar, { close }) => Math.sign(bar.close - close) * bar.volume)) };
};

export const slowMfi = (bars: Bars): Values => {
  const typical = (bar: IndicatorBar): number => (bar.high + bar.low + bar.close) / 3;
  const flows = pairs(bars, (bar, previous) => {
    const [price, before] = [typical(bar), typical(previous)];
    return isMovement(price, before) ? Math.sign(price - before) * price * bar.volume : 0;
  }).slice(-14);
  if (flows.length < 14) return {};
  const positive = sum(flows.filter((flow) => flow > 0));
  const all = sum(flows.map(Math.abs));
  return { mfi: all === 0 ? 0 : (100 * positive) / all };
};

export const slowIchimoku = (bars: Bars): Values => {
  const middle = (period: number): number | undefined => {
    const part = bars.slice(-period);
    if (part.length < period) return undefined;
    return (Math.max(...part.map((bar) => bar.high)) + Math.min(...part.map((bar) => bar.low))) / 2;
  };
  const [tenkan, kijun] = [middle(9), middle(26)];
  const spanA = tenkan === undefined || kijun === undefined ? undefined : (tenkan + kijun) / 2;
  return {
    ichimoku_tenkan: tenkan,
    ichimoku_kijun: kijun,
    ichimoku_senkou_a: spanA,
    ichimoku_senkou_b: middle(52),
  };
};

export const slowSupertrend = (bars: Bars): Values => {
  let trend: { upper: number; lower: number; rising: boolean } | undefined;
  bars.forEach((bar, index) => {
    const range = wilder(trueRanges(bars.slice(0, index + 1)), 10);
    const previous = bars[index - 1];
    if (range === undefined || previous === undefined) return;
    let upper = (bar.high + bar.low) / 2 + 3 * range;
    let lower = (bar.high + bar.low) / 2 - 3 * range;
    // A band gives way only after a close beyond it.
    if (trend && previous.close <= trend.upper) upper = Math.min(upper, trend.upper);
    if (trend && previous.close >= trend.lower) lower = Math.max(lower, trend.lower);
    const rising = trend?.rising ? bar.close >= lower : trend !== undefined && bar.close > upper;
    trend = { upper, lower, rising };
  });
  if (trend === undefined) return {};
  return { supertrend: trend.rising ? trend.lower : trend.upper, supertrend_direction: trend.rising ? 1 : -1 };
};

/** All of them, in the order of the table. */
export const slowIndicators = [
  slowRsi,
  slowMacd,
  slowBollinger,
  ...[9, 20, 50, 200].map(slowEma),
  slowAtr,
  slowAdx,
  slowStochastic,
  slowObv,
  slowMfi,
  slowIchimoku,
  slowSupertrend,
] as const;

export const slowValues = (bars: Bars): Values =>
  Object.assign({}, ...slowIndicators.map((indicator) => indicator(bars)));
