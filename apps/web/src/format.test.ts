import { describe, expect, test } from 'vitest';
import {
  DASH,
  formatAgo,
  formatCompact,
  formatDuration,
  formatOscillator,
  formatPercent,
  formatPrice,
  formatUtc,
  formatUtcClock,
  priceDecimals,
  stepDecimals,
} from './format.ts';

describe('prices', () => {
  test.each([
    [104_235.5, '104,235.50'],
    [3456.789, '3,456.79'],
    [234.56, '234.56'],
    [23.4567, '23.457'],
    [2.34567, '2.3457'],
    [0.234567, '0.23457'],
    [0.000012345, '0.000012345'],
    [0.00001, '0.000010000'],
    [1e-5 * 0.123456, '0.000001235'],
    [0, '0.00'],
  ])('%d reads %s', (price, text) => expect(formatPrice(price)).toBe(text));

  test('are never finer than the price step of the exchange', () => {
    expect(formatPrice(104_235.5, 0.1)).toBe('104,235.5');
    expect(formatPrice(0.00001, 1e-7)).toBe('0.0000100');
    expect(formatPrice(17, 1)).toBe('17');
    expect(priceDecimals(0.5, 0)).toBe(5);
  });

  test('a step tells its decimals despite binary fractions', () => {
    expect([1, 10, 0.1, 0.05, 0.001, 5e-8, 1e-10].map(stepDecimals)).toEqual([0, 0, 1, 2, 3, 8, 10]);
  });
});

describe('percent', () => {
  test.each([
    [1.234, '+1.23%'],
    [-1.235, '−1.24%'],
    [0, '0.00%'],
    [0.004, '0.00%'],
    [-0.004, '0.00%'],
    [0.005, '+0.01%'],
    [123.45, '+123.5%'],
    [1234.5, '+1,235%'],
  ])('%d reads %s', (percent, text) => expect(formatPercent(percent)).toBe(text));
});

describe('volumes', () => {
  test.each([
    [0, '0'],
    [7, '7'],
    [7.456, '7.46'],
    [512, '512'],
    [999.4, '999'],
    [999.6, '1.00K'],
    [84_210, '84.2K'],
    [999_499, '999K'],
    [999_500, '1.00M'],
    [1_250_000, '1.25M'],
    [12_400_000_000, '12.4B'],
    [5e15, '5,000T'],
    [-1500, '−1.50K'],
  ])('%d reads %s', (value, text) => expect(formatCompact(value)).toBe(text));
});

test('what is absent or impossible is a dash, never 0 or NaN', () => {
  for (const value of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
    for (const format of [formatPrice, formatPercent, formatCompact, formatOscillator])
      expect(format(value)).toBe(DASH);
  }
});

test('oscillators have one decimal', () =>
  expect([62.55, 0, 100].map(formatOscillator)).toEqual(['62.6', '0.0', '100.0']));

test('durations and ages', () => {
  expect([-5, 0, 999, 12_000, 59_999, 60_000, 3_599_999, 7_200_000, 200_000_000].map(formatDuration)).toEqual([
    '0 s',
    '0 s',
    '0 s',
    '12 s',
    '59 s',
    '1 min',
    '59 min',
    '2 h',
    '2 d',
  ]);
  expect(formatAgo(1000, 13_000)).toBe('12 s ago');
  expect(formatAgo(1000, 1500)).toBe('now');
  expect(formatAgo(5000, 1000)).toBe('now');
});

test('times are UTC and say so', () => {
  expect(formatUtc(Date.UTC(2026, 0, 31, 14, 5, 9))).toBe('2026-01-31 14:05:09 UTC');
  expect(formatUtcClock(Date.UTC(2026, 0, 31, 14, 5, 9))).toBe('14:05:09');
});
