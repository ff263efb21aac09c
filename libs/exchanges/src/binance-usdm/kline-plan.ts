/** How to fetch so many candles for the least weight, and how long that takes for many instruments. */
import type { WeightStep } from '../exchange.ts';

/** Weights of /fapi/v1/klines as of 2026. limit=499 gives the most candles per weight. */
export const klineWeights: readonly WeightStep[] = [
  { limitMax: 99, weight: 1 },
  { limitMax: 499, weight: 2 },
  { limitMax: 1_000, weight: 5 },
  { limitMax: 1_500, weight: 10 },
];

export const klineWeight = (limit: number): number =>
  klineWeights.find(({ limitMax }) => limit <= limitMax)?.weight ?? Number.POSITIVE_INFINITY;

/** Sizes of the pages, in order. */
export function planPages(count: number): readonly number[] {
  const best = klineWeights.reduce((left, right) =>
    right.limitMax / right.weight > left.limitMax / left.weight ? right : left,
  );
  const pages = Array.from({ length: Math.floor(count / best.limitMax) }, () => best.limitMax);
  const rest = count % best.limitMax;
  return rest === 0 ? pages : [...pages, rest];
}

export interface PrimingCost {
  readonly weight: number;
  /** Whole minutes to wait for the limit: 0 when all of it fits into one. */
  readonly minutes: number;
}

export function primingCost(instruments: number, candles: number, weightPerMinute: number): PrimingCost {
  const weight = instruments * planPages(candles).reduce((sum, page) => sum + klineWeight(page), 0);
  return { weight, minutes: Math.max(0, Math.ceil(weight / weightPerMinute) - 1) };
}
