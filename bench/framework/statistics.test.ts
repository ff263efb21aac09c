import { expect, test } from 'vitest';
import { fittedEnds, median, percentile } from './statistics.ts';

test('a median lies between the two in the middle, whatever the order', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(() => median([])).toThrow(RangeError);
});

test('percentiles are taken in proportion', () => {
  const values = Array.from({ length: 101 }, (_, index) => index);
  expect(percentile(values, 0.99)).toBe(99);
  expect(percentile([0, 10], 0.25)).toBe(2.5);
});

test('a line is fitted through all points', () => {
  const ends = fittedEnds([
    [0, 101],
    [1, 99],
    [2, 101],
    [3, 99],
    [4, 101],
  ]);
  expect(ends.first).toBeCloseTo(100.2);
  expect(ends.last).toBeCloseTo(100.2);
  expect(
    fittedEnds([
      [10, 1],
      [20, 3],
    ]),
  ).toEqual({ first: 1, last: 3 });
});
