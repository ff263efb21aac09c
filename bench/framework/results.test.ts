import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { judge } from './figures.ts';
import { keep, type Origin } from './results.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bench-results-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const origin = (commit: string, date: string, quick = false): Origin => ({
  commit,
  changed: false,
  date,
  cores: 2,
  processor: 'a processor',
  memoryGB: 8,
  node: 'v24.0.0',
  rounds: 5,
  quick,
});

const figure = (name: string, ours: number) =>
  judge('log', { name, unit: 'ms', peer: 'by hand', ours: [ours], theirs: [100], goal: { oursMax: 50 } });

const page = (): string => readFileSync(join(directory, 'log.md'), 'utf8');

test('each line of a file can be judged alone; a case measured again replaces its line', () => {
  keep(directory, 'log', [figure('a', 10), figure('b', 20)], origin('1234567', '2026-01-01'));
  const file = keep(directory, 'log', [figure('b', 30)], origin('1234567', '2026-01-02'));
  expect(file).toBe(join(directory, 'log-1234567.jsonl'));
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { bench: 'log', case: 'a', ours: 10, commit: '1234567', date: '2026-01-01', cores: 2, node: 'v24.0.0' },
    { case: 'b', ours: 30, date: '2026-01-02', spread: { ours: [30, 30], theirs: [100, 100] } },
  ]);
});

test('the page has the newest figure of each case, and no quick one where there is a full one', () => {
  keep(directory, 'log', [figure('a', 10), figure('b', 20)], origin('1111111', '2026-01-01'));
  keep(directory, 'log', [figure('a', 11)], origin('2222222', '2026-01-02'));
  keep(directory, 'log', [figure('a', 12), figure('c', 40)], origin('3333333', '2026-01-03', true));
  expect(page()).toContain('| a | 11 ms');
  expect(page()).toContain('| b | 20 ms');
  expect(page()).toContain('| c | 40 ms');
  expect(page()).not.toContain('12 ms');
  expect(page()).toContain('Commit 3333333, 2026-01-03, 2 cores (a processor), 8 GB, Node v24.0.0; quick run');
});
