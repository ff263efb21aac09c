import { expect, test } from 'vitest';
import { benchmarkNames, chooseCases, readOptions } from './options.ts';

const names = ['latency', 'log'];

test('a name, cases, rounds, quick', () => {
  const options = readOptions(['log', '--case', 'codec', '--case', 'restore', '--rounds', '7', '--quick'], names);
  expect(options).toEqual({
    name: 'log',
    cases: ['codec', 'restore'],
    rounds: 7,
    quick: true,
    profiles: undefined,
  });
  expect(readOptions(['log'], names)).toMatchObject({ rounds: 5, quick: false });
});

test.each([
  [[], 'no benchmark named: expected one of latency, log; for example npm run bench -- log'],
  [['fog'], "unknown benchmark 'fog': expected one of latency, log"],
  [['log', 'latency'], "'latency' is too much: one benchmark at a time, cases with --case"],
  [['log', '--rounds', '2'], "--rounds is '2': expected a whole number from 3 to 100"],
  [['log', '--fast'], /^Unknown option '--fast'; options are --case NAME, --rounds N, --quick, --profile DIRECTORY$/],
])('%j is refused in one line', (given, message) => {
  expect(() => readOptions(given, names)).toThrow(message);
});

test('a case is chosen by its name or the beginning of it', () => {
  const all = ['restore/kafka', 'restore/embedded', 'codec'].map((name) => ({ name }));
  const chosen = (...wanted: string[]): string[] => chooseCases(all, wanted).map(({ name }) => name);
  expect(chosen()).toEqual(['restore/kafka', 'restore/embedded', 'codec']);
  expect(chosen('restore')).toEqual(['restore/kafka', 'restore/embedded']);
  expect(chosen('codec', 'restore/kafka')).toEqual(['restore/kafka', 'codec']);
  expect(() => chosen('rest')).toThrow("unknown case 'rest': expected one of restore/kafka, restore/embedded, codec");
});

test('benchmarks are found by their folders', () => {
  expect(benchmarkNames(`${import.meta.dirname}/..`)).toContain('log');
  expect(benchmarkNames(`${import.meta.dirname}/..`)).not.toContain('framework');
});
