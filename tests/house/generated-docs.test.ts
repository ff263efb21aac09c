/** The generators: a change in a table is a change in its page, whatever the cells hold. */
import { parseTopology } from '@screener/log';
import { expect, test } from 'vitest';
import {
  generateCommands,
  generateErrors,
  generateMetrics,
  generateSettings,
  generateTopics,
} from '../../scripts/generate-docs.ts';
import { metricsIn } from '../../scripts/metric-declarations.ts';

test('errors: every row with its message, whether waiting helps, and its exit code', () => {
  const page = generateErrors({
    PORT_IN_USE: { message: 'port {port} is in use | taken', retryable: false, exitCode: 1 },
    BROKER_GONE: { message: 'gone', retryable: true, exitCode: 2 },
  });
  expect(page).toContain('| `PORT_IN_USE` | port {port} is in use \\| taken | no | 1 |');
  expect(page).toContain('| `BROKER_GONE` | gone | yes | 2 |');
});

test('settings: default, example and other names', () => {
  const page = generateSettings({
    PORT: {
      schema: { safeParse: () => ({ success: true, data: 3000 }) },
      about: 'Port',
      expected: 'a port',
      example: '8080',
      aliases: ['HTTP_PORT'],
    },
    TOKEN: { schema: { safeParse: () => ({ success: false }) }, about: 'Token', expected: 'a text', example: 'x' },
  });
  expect(page).toContain('| `PORT` | Port | a port | `3000` | `8080` | `HTTP_PORT` |');
  expect(page).toContain('| `TOKEN` | Token | a text | must be set | `x` |  |');
});

test('topics: how long each is kept, in words', () => {
  const topics = parseTopology(
    [
      'partitions: 2',
      'topics:',
      '  a: { about: A, key: k, events: [E], writers: [w], retention: 48h }',
      '  b: { about: B, key: k, events: [E], writers: [w], compact: true, compactionLag: 30d, partitions: 1 }',
      '  c: { about: C, key: k, events: [E], writers: [w], retention: 90s, live: true }',
    ].join('\n'),
    'topics.yaml',
  );
  const page = generateTopics(topics);
  expect(page).toContain('| `a` | A | k | 2 | 2 d | [E](../schemas/E.avsc) | w |');
  expect(page).toContain('| `b` | B | k | 1 | newest of each key, all of the last 30 d |');
  expect(page).toContain('| `c` | C | k | 2 | 90 s, in memory when embedded |');
});

test('commands: usage, every option, further lines', () => {
  const page = generateCommands([
    {
      name: 'a b',
      summary: 'do a thing',
      positionals: ['<x>'],
      options: {
        n: { kind: 'whole', value: 'N', about: 'how many | much', short: 'm' },
        f: { kind: 'flag', about: 'F' },
      },
      more: 'Example:\n  screener a b',
      run: () => Promise.resolve(0),
    },
  ]);
  expect(page).toContain('| [a b](#screener-a-b) | do a thing |');
  expect(page).toContain('Do a thing.\n\n```text\nscreener a b <x> [options]\n```');
  expect(page).toContain('| `-m, --n N` | how many \\| much |');
  expect(page).toContain('| `--f` | F |');
  expect(page).toContain('```text\nExample:\n  screener a b\n```');
});

test('metrics: found where they are declared, however the call is broken into lines', () => {
  const found = metricsIn(
    'apps/a/src/a.ts',
    [
      "metrics.counter('a_total', 'A').inc();",
      "const b = metrics.gauge('b', \"B's\", ['x', 'y']);",
      "metrics.histogram(\n  'c_seconds',\n  'C (s)',\n  durationBuckets,\n  ['x'],\n);",
      "metrics.histogram('d', 'D', [1, 2]);",
    ].join('\n'),
  );
  expect(found).toMatchObject([
    { name: 'a_total', kind: 'counter', help: 'A', labels: [] },
    { name: 'b', kind: 'gauge', help: "B's", labels: ['x', 'y'] },
    { name: 'c_seconds', kind: 'histogram', help: 'C (s)', labels: ['x'] },
    { name: 'd', kind: 'histogram', help: 'D', labels: [] },
  ]);
  expect(generateMetrics(found)).toContain("| `b` | gauge | `x`, `y` | B's | a |");
});

test('metrics: a name that is not written out is refused', () => {
  expect(() => metricsIn('a.ts', 'metrics.counter(name, help);')).toThrow('a.ts declares a metric');
  expect(() => metricsIn('a.ts', "metrics.counter(`x_total`, 'X');")).toThrow('a.ts declares a metric');
});
