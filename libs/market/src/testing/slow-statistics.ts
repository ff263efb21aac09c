/** Statistics of an instrument by the book: a fresh loop over its candles for every number. */
import { type Candle, MINUTE_MS } from '../candle.ts';
import type { Statistics } from '../statistics/statistic-table.ts';

const DAY = 1_440;
const byValue = (one: number, other: number): number => one - other;

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort(byValue);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] as number) + upper) / 2;
}

/** The nearest number of eleven bits, from 2^-22 to below 2^42; of two as near, the larger. */
function elevenBits(value: number): number {
  const single = Math.fround(value);
  const step = 2 ** (Math.floor(Math.log2(single)) - 10);
  const rounded = Math.floor(single / step + 0.5) * step;
  if (single === 0 || rounded < 2 ** -22) return 0;
  return Math.min(rounded, (1 + 1_022 / 1_024) * 2 ** 41);
}

/** Of the newest minute; undefined where too few minutes have a value, or more than half have the same. */
function scoreOf(values: readonly number[], newest: number | undefined): number | undefined {
  const kept = values.map(elevenBits);
  if (newest === undefined || kept.length < 1_296) return undefined;
  const median = medianOf(kept);
  const distance = medianOf(kept.map((value) => Math.abs(value - median)));
  if (distance === 0) return undefined;
  const score = (elevenBits(newest) - median) / (1.482602218505602 * distance);
  return Math.fround(Math.min(1e6, Math.max(-1e6, score)));
}

/** Log returns between the closes of the last so many minutes, in steps of 2^-21, at most 1; those that have two candles. */
function returnsOf(candles: readonly Candle[]): number[] {
  return candles.flatMap(({ openTime, close }, index) => {
    const before = candles[index - 1];
    if (before?.openTime !== openTime - MINUTE_MS) return [];
    return Math.round(Math.min(1, Math.max(-1, Math.log(close / before.close))) * 2 ** 21) / 2 ** 21;
  });
}

function volatilityOf(candles: readonly Candle[], minutes: number): number | undefined {
  const returns = returnsOf(candles);
  if (candles.length < minutes) return undefined;
  const squares = returns.reduce((sum, value) => sum + value ** 2, 0);
  return Math.sqrt((squares / (minutes - 1)) * 365 * 24 * 60) * 100;
}

/** As of the last candle. Candles are ascending; minutes may be missing. */
export function slowStatistics(candles: readonly Candle[]): Statistics {
  const newest = candles.at(-1);
  if (newest === undefined) return {};
  const within = (minutes: number) =>
    candles.filter(({ openTime }) => openTime > newest.openTime - minutes * MINUTE_MS && openTime <= newest.openTime);
  const day = within(DAY);
  const sizes = returnsOf(day).map(Math.abs);
  const before = day.at(-2)?.openTime === newest.openTime - MINUTE_MS;
  const range = ({ open, high, low }: Candle): number => (high - low) / open;
  return {
    volatility_1h: volatilityOf(within(60), 60),
    volatility_1d: volatilityOf(day, DAY),
    volume_z_1m: scoreOf(
      day.map(({ quoteVolume }) => quoteVolume),
      newest.quoteVolume,
    ),
    range_z_1m: scoreOf(day.map(range), range(newest)),
    return_z_1m: scoreOf(sizes, before ? sizes.at(-1) : undefined),
  };
}
