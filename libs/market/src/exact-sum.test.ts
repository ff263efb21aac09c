import { describe, expect, it } from 'vitest';
import { seededRandom } from '../fixtures/test-candles.ts';
import { ExactSum } from './exact-sum.ts';
import { slowSum } from './testing/slow-sum.ts';

const sumOf = (values: readonly number[]): number => {
  const sum = new ExactSum();
  for (const value of values) sum.add(value);
  return sum.value();
};

describe('exact sums', () => {
  it('does what a plain sum cannot', () => {
    expect(sumOf([0.1, 0.2, 0.3])).toBe(0.6);
    expect(sumOf([1e16, 1, 1, 1, 1])).toBe(1e16 + 4);
    expect(sumOf([])).toBe(0);
    expect(sumOf([0, 0])).toBe(0);
  });

  it('breaks ties to even, and only ties', () => {
    expect(sumOf([2 ** 53, 1])).toBe(2 ** 53);
    expect(sumOf([2 ** 53, 1, Number.MIN_VALUE])).toBe(2 ** 53 + 2);
    expect(sumOf([2 ** 53 + 2, 1])).toBe(2 ** 53 + 4);
  });

  it('holds the smallest and the largest doubles', () => {
    expect(sumOf([Number.MIN_VALUE, Number.MIN_VALUE])).toBe(2 * Number.MIN_VALUE);
    expect(sumOf([2 ** -1022, -0 + 2 ** -1074])).toBe(2 ** -1022 + 2 ** -1074);
    expect(sumOf([Number.MAX_VALUE])).toBe(Number.MAX_VALUE);
    expect(sumOf([Number.MAX_VALUE, Number.MAX_VALUE])).toBe(Number.POSITIVE_INFINITY);
    const sum = new ExactSum();
    for (const value of [Number.MAX_VALUE, 1e-300, 5]) sum.add(value);
    sum.subtract(Number.MAX_VALUE);
    sum.subtract(5);
    expect(sum.value()).toBe(1e-300);
  });

  it('equals whole-number arithmetic on random terms, with terms taken away in between', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const random = seededRandom(seed);
      const spread = [4, 60, 600, 2_000][seed % 4] as number;
      const terms: number[] = [];
      const sum = new ExactSum();
      for (let step = 0; step < 60; step++) {
        if (terms.length > 3 && random() < 0.3) {
          sum.subtract(terms.splice(Math.floor(random() * terms.length), 1)[0] as number);
        } else {
          const bits = random() < 0.5 ? random() : Math.floor(random() * 4) / 4;
          const value = bits * 2 ** Math.floor((random() - 0.5) * spread);
          terms.push(value);
          sum.add(value);
        }
        expect(sum.value()).toBe(slowSum(terms));
      }
    }
  });
});
