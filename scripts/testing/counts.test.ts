import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closingLine, countReport, none, readReport } from './counts.ts';

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

test('counts tests by their status; todo and pending count as skipped', () => {
  const report = { testResults: [file('passed', 'passed', 'passed', 'pending'), file('failed', 'failed', 'todo')] };
  expect(countReport(report, 1)).toEqual({ passed: 2, failed: 1, skipped: 2 });
});

test('a file that could not be loaded is a failure', () => {
  expect(countReport({ testResults: [file('failed'), file('passed', 'passed')] }, 1)).toEqual({
    passed: 1,
    failed: 1,
    skipped: 0,
  });
});

test('a run that ended badly is never green, whatever its report says', () => {
  expect(countReport({ testResults: [file('passed', 'passed')] }, 1).failed).toBe(1);
  expect(countReport(undefined, 1).failed).toBe(1);
  expect(countReport(undefined, 0).failed).toBe(1);
  expect(countReport({ testResults: [] }, 0)).toEqual(none);
});

test('a report that is missing or cut off is none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'report-'));
  const path = join(folder, 'unit.json');
  expect(readReport(path)).toBeUndefined();
  writeFileSync(path, '{"testResults":[{');
  expect(readReport(path)).toBeUndefined();
  writeFileSync(path, '{"testResults":[]}');
  expect(readReport(path)).toEqual({ testResults: [] });
  rmSync(folder, { recursive: true });
});

test('the closing line names skipped tests only when there are any', () => {
  expect(closingLine({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
  expect(closingLine({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped');
});
