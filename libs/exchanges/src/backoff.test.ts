import { expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

it('backs off twice as far each time up to a limit, and anywhere below that', () => {
  const backoff = { baseMs: 500, maxMs: 30_000 };
  expect([1, 2, 3, 7, 60].map((failures) => backoffMs(backoff, failures, () => 1))).toEqual([
    500, 1_000, 2_000, 30_000, 30_000,
  ]);
  expect([0, 0.25, 0.5].map((random) => backoffMs(backoff, 3, () => random))).toEqual([0, 500, 1_000]);
});
