/** What it takes to fetch, at first sight of an instrument, all that its windows and indicators need. */
import { barOpenTime, type IntervalName, intervalMinutes, MINUTE_MS } from '@screener/market';
import type { Capabilities, RateRule } from '../exchange.ts';
import { type KlinePage, klinePages, klineWeight, planPages, usdmKlineWeights } from './kline-plan.ts';
import { amountOf, namesPath } from './limit-group.ts';
import { nativeInterval } from './native-interval.ts';

export interface PrimingSeries {
  readonly interval: IntervalName;
  /** Closed bars. */
  readonly bars: number;
}

/** 499 is what Binance gives most cheaply; the longest indicator, an average of 200 bars, has settled by then. */
const barsEach = 499;
const barIntervals: readonly IntervalName[] = ['5m', '15m', '1h', '4h', '8h', '1d'];

export const primingSeries: readonly PrimingSeries[] = [
  { interval: '1m', bars: 1_500 },
  ...barIntervals.map((interval) => ({ interval, bars: barsEach })),
];

export interface PrimingPlan {
  readonly weight: number;
  readonly requests: number;
  /** That the exchange's limits make it take, if nothing else is asked for. */
  readonly minutes: number;
}

/** Where does not matter, but that it is the same for all: weeks and days begin there. */
const someMonday = Date.UTC(2026, 0, 5);

export function primingPlan(
  capabilities: Pick<Capabilities, 'intervals' | 'klineSources' | 'rateRules'>,
  instruments: number,
  series: readonly PrimingSeries[] = primingSeries,
): PrimingPlan {
  const pages = series.flatMap((one) => pagesOf(one, capabilities));
  const minutes = capabilities.rateRules.map((rule) => minutesOf(rule, pages) * instruments);
  return {
    weight: instruments * pages.reduce((sum, { weight }) => sum + weight, 0),
    requests: instruments * pages.length,
    minutes: Math.max(0, ...minutes),
  };
}

function pagesOf(
  { interval, bars }: PrimingSeries,
  { intervals, klineSources }: Pick<Capabilities, 'intervals' | 'klineSources'>,
): readonly KlinePage[] {
  const { minutes } = nativeInterval(interval, intervals);
  const open = barOpenTime(someMonday, intervalMinutes[interval]);
  const range = { minutes, from: open - bars * intervalMinutes[interval] * MINUTE_MS, to: open - minutes * MINUTE_MS };
  return [...klinePages(klineSources, range, someMonday)];
}

function minutesOf({ rest, count, windowMs }: RateRule, pages: readonly KlinePage[]): number {
  if (rest === undefined) return 0;
  const named = pages.filter(({ path }) => namesPath(rest, path));
  const amount = named.reduce((sum, page) => sum + amountOf(rest, page), 0);
  return ((amount / count) * windowMs) / MINUTE_MS;
}

/** Weight of requests for candles that the limits grant in a minute. */
export function klineWeightPerMinute({
  klineSources,
  rateRules,
}: Pick<Capabilities, 'klineSources' | 'rateRules'>): number {
  const [{ path } = { path: '' }] = klineSources;
  const rules = rateRules.filter(({ rest }) => rest !== undefined && namesPath(rest, path));
  return Math.floor(Math.min(...rules.map(({ count, windowMs }) => (count * 60_000) / windowMs)));
}

export interface PrimingCost {
  readonly weight: number;
  /** Whole minutes to wait for the limit: 0 when all of it fits into one. */
  readonly minutes: number;
}

/** Of one-minute candles of Binance futures alone. */
export function primingCost(instruments: number, candles: number, weightPerMinute: number): PrimingCost {
  const weight =
    instruments *
    planPages(usdmKlineWeights, candles).reduce((sum, page) => sum + klineWeight(usdmKlineWeights, page), 0);
  return { weight, minutes: Math.max(0, Math.ceil(weight / weightPerMinute) - 1) };
}
