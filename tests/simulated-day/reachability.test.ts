import type { Fault, FaultRecord } from '@screener/simulator';
import { expect, test } from 'vitest';
import { Reachability } from './reachability.ts';

const record = (kind: Fault['kind'], startedAt: number, endedAt?: number): FaultRecord => ({
  ...{ fault: { kind }, startedAt, endedAt, effects: 1 },
});

test('time in which REST says nothing true, or nobody asks, does not count', () => {
  const records = [record('rest-error', 100, 200), record('rest-html', 150, 300), record('late-final', 0, 1_000)];
  const reachability = new Reachability({ records });
  expect(reachability.reachableMs(0, 90)).toBe(90);
  expect(reachability.reachableMs(0, 400)).toBe(200);
  expect(reachability.reachableMs(160, 310)).toBe(10);
  expect(reachability.reachableMs(150, 250)).toBe(0);
  expect([350, 30_299, 30_301].map((now) => reachability.isTroubled(now))).toEqual([true, true, false]);
  records.push(record('rate-limit', 500));
  expect(reachability.reachableMs(400, 900)).toBe(100);
  expect(reachability.isTroubled(90_000)).toBe(true);
  reachability.gone(420);
  reachability.gone(430);
  reachability.back(450);
  expect(reachability.reachableMs(400, 900)).toBe(70);
});
