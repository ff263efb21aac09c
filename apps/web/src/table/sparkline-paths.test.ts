import { expect, test } from 'vitest';
import { sparklinePaths } from './sparkline-paths.ts';

test('stretches from the lowest to the highest point', () => {
  const { line, area, rising } = sparklinePaths([1e-5, 3e-5, 2e-5], 100, 20);
  expect(line).toBe('M0 18.5L50 1.5L100 10');
  expect(area).toBe(`${line}L100 20L0 20Z`);
  expect(rising).toBe(true);
});

test('a flat series is a line through the middle, never NaN', () => {
  expect(sparklinePaths([5, 5], 100, 20).line).toBe('M0 10L100 10');
  expect(sparklinePaths([5], 100, 20).line).toBe('M0 10');
});

test('falls when it ends below its start', () => expect(sparklinePaths([2, 3, 1], 10, 10).rising).toBe(false));
