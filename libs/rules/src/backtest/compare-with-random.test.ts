import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../testing/seeded-random.ts';
import { type AlertTrade, compareWithRandom } from './compare-with-random.ts';
import type { PricePaths } from './price-paths.ts';

const pathsOf = (returns: readonly number[]): PricePaths => ({
  indexes: Int32Array.from(returns, (_, index) => index),
  returns: Float64Array.from(returns),
  drawdowns: Float64Array.from(returns, (gained) => Math.min(0, gained) - 1),
});
const tradesAt = (places: readonly number[], path = 0): AlertTrade[] =>
  places.map((place) => ({ path, place, minute: 1_000 + place }));

/** Normal with mean 0 and deviation 1. */
const normal = (random: SeededRandom): number =>
  Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

/** That a normal number is at least so many deviations above its mean; to 1e-7 (Abramowitz and Stegun 26.2.17). */
function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const series = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const sum = series.reduce((total, factor, power) => total + factor * t ** (power + 1), 0);
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}

describe('beside random minutes', () => {
  it('says nothing of no trades', () => {
    expect(compareWithRandom([], [pathsOf([1])], { minutes: 5, seed: 1 })).toBeUndefined();
  });

  it('adds up the trades of the alerts', () => {
    const compared = compareWithRandom(tradesAt([0, 3, 7, 8]), [pathsOf([2, 9, 9, -1, 9, 9, 9, 4, 0, 9])], {
      minutes: 2,
      seed: 1,
    });
    expect(compared?.alerts).toEqual({ mean: 1.25, median: 1, hitRate: 0.5, worstDrawdown: -2 });
    expect([compared?.trades, compared?.episodes]).toEqual([4, 3]);
  });

  it('knows exactly how often chance does as well as one alert', () => {
    // The alert was followed by the best of ten minutes: one random minute in ten does as well.
    const compared = compareWithRandom(tradesAt([4]), [pathsOf([0, 1, 2, 3, 9, 4, 5, 6, 7, 8])], {
      minutes: 5,
      seed: 7,
    });
    expect(compared?.pValue).toBeGreaterThan(0.08);
    expect(compared?.pValue).toBeLessThan(0.12);
    expect(compared?.random.mean).toBeCloseTo(4.5, 0);
    expect(compared?.random.hitRate).toBeCloseTo(0.9, 1);
    expect(compared?.random.worstDrawdown).toBeCloseTo(-1, 5);
  });

  it.each([-0.5, 0, 1, 1.64, 2.33])('finds the p-value of theory where the mean is %d deviations too high', (z) => {
    const random = new SeededRandom(11);
    const returns = Array.from({ length: 40_000 }, () => 3 + 2 * normal(random));
    const mean = returns.reduce((sum, gained) => sum + gained, 0) / returns.length;
    // Forty alerts far apart, whose mean is what we want it to be.
    const places = Array.from({ length: 40 }, (_, index) => 500 + index * 900);
    for (const place of places) returns[place] = mean + (z * 2) / Math.sqrt(40);
    const compared = compareWithRandom(tradesAt(places), [pathsOf(returns)], { minutes: 60, seed: 3 });
    expect(compared?.episodes).toBe(40);
    const expected = upperTail(z);
    // Five standard errors of 2,000 draws.
    const tolerance = 5 * Math.sqrt((expected * (1 - expected)) / 2_000) + 1e-3;
    expect(Math.abs((compared?.pValue ?? 2) - expected)).toBeLessThan(tolerance);
  });

  it('does not take one rise for many: trades that overlap are moved together', () => {
    const random = new SeededRandom(13);
    // A hundred hours, each with one luck for all of its minutes.
    const returns = Array.from({ length: 100 }, () =>
      Array.from({ length: 60 }, (luck = normal(random)) => luck),
    ).flatMap((hour) => hour.map(() => hour[0] as number));
    // Of these hours nine are better.
    const good = returns.indexOf([...new Set(returns)].sort((a, b) => b - a)[9] ?? 0);
    const within = (count: number): AlertTrade[] => tradesAt(Array.from({ length: count }, (_, index) => good + index));
    const [one, many] = [1, 50].map((count) =>
      compareWithRandom(within(count), [pathsOf(returns)], { minutes: 60, seed: 5 }),
    );
    expect(many?.episodes).toBe(1);
    expect(one?.pValue).toBeCloseTo(0.1, 1);
    expect(many?.pValue).toBeGreaterThan(0.02);
  });

  it('is the same for the same seed, and another for another', () => {
    const random = new SeededRandom(17);
    const paths = [0, 1].map(() => pathsOf(Array.from({ length: 500 }, () => normal(random))));
    const trades = [...tradesAt([10, 90, 300]), ...tradesAt([40, 200], 1)].sort((a, b) => a.minute - b.minute);
    const draw = (seed: number) => compareWithRandom(trades, paths, { minutes: 5, seed });
    expect(draw(1)).toEqual(draw(1));
    expect(draw(2)?.random).not.toEqual(draw(1)?.random);
  });

  it('is not fooled by a rising market: random alerts come out as chance does', { timeout: 60_000 }, () => {
    const random = new SeededRandom(19);
    // Every minute gains on average, and so does every rule.
    const returns = Array.from({ length: 20_000 }, () => 0.4 + normal(random));
    const found = Array.from({ length: 60 }, (_, seed) => {
      const places = [...new Set(Array.from({ length: 30 }, () => random.below(returns.length)))].sort((a, b) => a - b);
      return compareWithRandom(tradesAt(places), [pathsOf(returns)], { minutes: 5, seed });
    });
    const gaining = found.filter((compared) => (compared?.alerts.mean ?? 0) > 0).length;
    const significant = found.filter((compared) => (compared?.pValue ?? 0) < 0.05).length;
    expect(gaining).toBeGreaterThan(54);
    // One in twenty by chance: 3 of 60, give or take 4 deviations of 1.7.
    expect(significant).toBeLessThan(11);
  });
});
