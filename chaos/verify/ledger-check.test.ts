import type { LogRecord } from '@screener/log';
import { expect, test } from 'vitest';
import { ViolationList } from '../violations.ts';
import { toBytes } from '../workload/bytes.ts';
import { tallyWorkload } from '../workload/tally-workload.ts';
import { checkLedger } from './ledger-check.ts';

const input = (...numbers: readonly number[]): LogRecord[] =>
  numbers.map((n, offset) => ({
    topic: 'in',
    partition: 0,
    offset,
    key: n % 2 === 0 ? 'even' : 'odd',
    timestamp: n,
    value: toBytes({ n, x: 0 }),
  }));

const judge = async (records: LogRecord[], acknowledged: readonly number[], unknown: readonly number[] = []) => {
  const violations = new ViolationList();
  await checkLedger(records, { acknowledged, unknown: new Set(unknown) }, tallyWorkload, violations);
  return violations.shown.map(({ kind }) => kind);
};

test('what was acknowledged is there once, what is unknown at most once', async () => {
  expect(await judge(input(0, 1, 2, 3), [0, 1, 2, 3])).toEqual([]);
  expect(await judge(input(0, 1, 3, 2), [0, 1, 3], [2])).toEqual([]);
  expect(await judge(input(0, 1), [0, 1], [2])).toEqual([]);
});

test('everything else is found', async () => {
  expect(await judge(input(0, 1), [0, 1, 2])).toEqual(['lost']);
  expect(await judge(input(0, 1, 1), [0, 1])).toEqual(['doubled']);
  expect(await judge(input(0, 2, 2), [0], [2])).toEqual(['doubled']);
  expect(await judge(input(0, 1, 2), [0, 1])).toEqual(['foreign']);
  expect(await judge(input(2, 1, 0), [0, 1, 2])).toEqual(['order']);
});
