/** How to fetch so many candles for the least weight, and how long that takes for many instruments. */
import { MINUTE_MS } from '@screener/market';
import type { WeightStep } from '../exchange.ts';

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

export interface KlinePage {
  /** Open times of the first and the last candle. */
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  readonly weight: number;
}

/** One-minute candles from `from` to `to` in pages, oldest first; none when the range is empty. */
export function* klinePages(steps: readonly WeightStep[], from: number, to: number): Generator<KlinePage> {
  if (to < from) return;
  let next = from;
  for (const limit of planPages(steps, Math.floor((to - from) / MINUTE_MS) + 1)) {
    yield { from: next, to: next + (limit - 1) * MINUTE_MS, limit, weight: klineWeight(steps, limit) };
    next += limit * MINUTE_MS;
  }
}

export interface PrimingCost {
  readonly weight: number;
  /** Whole minutes to wait for the limit: 0 when all of it fits into one. */
  readonly minutes: number;
}

export function primingCost(
  instruments: number,
  candles: number,
  weightPerMinute: number,
  steps: readonly WeightStep[] = usdmKlineWeights,
): PrimingCost {
  const weight = instruments * planPages(steps, candles).reduce((sum, page) => sum + klineWeight(steps, page), 0);
  return { weight, minutes: Math.max(0, Math.ceil(weight / weightPerMinute) - 1) };
}

/** Weights of /fapi/v1/klines as of 2026. limit=499 gives the most candles per weight. */
export const usdmKlineWeights: readonly WeightStep[] = [
  { limitMax: 99, weight: 1 },
  { limitMax: 499, weight: 2 },
  { limitMax: 1_000, weight: 5 },
  { limitMax: 1_500, weight: 10 },
];
