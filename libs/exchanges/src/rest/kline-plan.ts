/** How to fetch so many candles for the least weight, and from where. */
import { barOpenTime, MINUTE_MS } from '@screener/market';
import type { KlineSource, WeightStep } from '../exchange.ts';

export const klineWeight = (steps: readonly WeightStep[], limit: number): number =>
  steps.find(({ limitMax }) => limit <= limitMax)?.weight ?? Number.POSITIVE_INFINITY;

/** Sizes of the pages, in order. */
export function planPages(steps: readonly WeightStep[], count: number): readonly number[] {
  const best = steps.reduce((left, right) =>
    right.limitMax / right.weight > left.limitMax / left.weight ? right : left,
  );
  const pages = Array.from({ length: Math.floor(count / best.limitMax) }, () => best.limitMax);
  const rest = count % best.limitMax;
  return rest === 0 ? pages : [...pages, rest];
}

/** Bars of one length; open times of the first and the last. */
export interface BarRange {
  readonly minutes: number;
  readonly from: number;
  readonly to: number;
}

export interface KlinePage extends BarRange {
  readonly path: string;
  readonly limit: number;
  readonly weight: number;
}

/** First time at or after `time` when such a bar opens. */
export function nextOpenTime(time: number, minutes: number): number {
  const open = barOpenTime(time, minutes);
  return open < time ? open + minutes * MINUTE_MS : open;
}

/** In pages, oldest first; each from the source that reaches back far enough and is preferred. Beyond all reach: none. */
export function* klinePages(sources: readonly KlineSource[], range: BarRange, now: number): Generator<KlinePage> {
  const { minutes } = range;
  const stepMs = minutes * MINUTE_MS;
  const reachedFrom = ({ reach }: KlineSource): number =>
    reach === null ? Number.NEGATIVE_INFINITY : barOpenTime(now, minutes) - (reach - 1) * stepMs;
  let next = nextOpenTime(range.from, minutes);
  for (let index = sources.length - 1; index >= 0; index--) {
    const source = sources[index];
    const preferred = sources[index - 1];
    if (source === undefined) continue;
    next = Math.max(next, reachedFrom(source));
    const until = preferred === undefined ? Number.POSITIVE_INFINITY : reachedFrom(preferred) - stepMs;
    const to = Math.min(barOpenTime(range.to, minutes), until);
    if (to < next) continue;
    for (const limit of planPages(source.weights, (to - next) / stepMs + 1)) {
      const weight = klineWeight(source.weights, limit);
      yield { minutes, path: source.path, from: next, to: next + (limit - 1) * stepMs, limit, weight };
      next += limit * stepMs;
    }
  }
}

/** Weights of /fapi/v1/klines as of 2026. limit=499 gives the most candles per weight. */
export const usdmKlineWeights: readonly WeightStep[] = [
  { limitMax: 99, weight: 1 },
  { limitMax: 499, weight: 2 },
  { limitMax: 1_000, weight: 5 },
  { limitMax: 1_500, weight: 10 },
];
