import type { Log, Member, SourceWriter } from '@screener/log';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openSmallLog, recordOf, type SmallLog } from '../testing/small-log.ts';
import { createMetrics } from './create-metrics.ts';
import { watchDeadLetters } from './dead-letter-metrics.ts';
import { measuredLog } from './measured-log.ts';
import type { MetricsRegistry } from './metrics.ts';

let small: SmallLog;
let metrics: MetricsRegistry;
let log: Log;
const members: Member[] = [];

beforeEach(async () => {
  small = await openSmallLog();
  metrics = createMetrics();
  log = measuredLog(small.log, metrics, { lagEveryMs: 10 });
});
afterEach(async () => {
  for (const member of members.splice(0)) await member.close();
  await small.close();
});

/** Values of a metric by the values of its labels. */
const values = (name: string, suffix = ''): Record<string, number> =>
  Object.fromEntries(
    metrics
      .read()
      .filter((family) => family.name === name)
      .flatMap((family) => family.samples())
      .filter((sample) => sample.suffix === suffix)
      .map(({ labels, value }) => [Object.values(labels).join(' '), value]),
  );

const eventually = (look: () => void): Promise<void> => vi.waitFor(look, { timeout: 5_000, interval: 10 });

test('what a writer appends is counted by topic and timed; what fails is counted apart', async () => {
  const writer = log.writer();
  await writer.append([recordOf('input', 0), recordOf('input', 1), recordOf('output', 0)]);
  await writer.append([recordOf('output', 0)]);
  await expect(writer.append([recordOf('output', 7)])).rejects.toThrow();
  expect(values('screener_log_appended_records_total')).toEqual({ input: 2, output: 2 });
  expect(values('screener_log_append_seconds', '_count')).toEqual({ input: 1, output: 2 });
  expect(values('screener_log_appends_failed_total')).toEqual({ output: 1 });
  await writer.close();
});

test('what a processor takes, and what waits for it in each partition that it owns', async () => {
  await small.log.writer().append([0, 0, 0, 1, 1].map((partition) => recordOf('input', partition)));
  const member = await log.processor({
    group: 'copier',
    input: 'input',
    snapshots: 'snapshots',
    snapshotVersion: 1,
    task: () => ({ apply: (record, { emit }) => emit({ ...record, topic: 'output' }) }),
  });
  members.push(member);
  await eventually(() => expect(values('screener_log_processed_records_total')).toEqual({ 'copier input': 5 }));
  await eventually(() => {
    expect(values('screener_log_lag_records')).toEqual({ 'copier input 0': 0, 'copier input 1': 0 });
    expect(values('screener_log_partitions')).toEqual({ 'copier input': 2 });
  });
  await members.pop()?.close();
  expect(values('screener_log_processed_records_total')).toEqual({ 'copier input': 5 });
  // What this process no longer owns is somebody else's to tell.
  expect(values('screener_log_lag_records')).toEqual({});
  expect(values('screener_log_partitions')).toEqual({});
});

test('a consumer that stands still shows how much waits', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  members.push(
    await log.consumer({
      group: 'store',
      input: 'input',
      task: () => ({ load: async () => undefined, write: () => held }),
    }),
  );
  await small.log.writer().append([recordOf('input', 0), recordOf('input', 0), recordOf('input', 1)]);
  await eventually(() =>
    expect(values('screener_log_lag_records')).toEqual({ 'store input 0': 2, 'store input 1': 1 }),
  );
  expect(values('screener_log_processed_records_total')).toEqual({});
  release();
  await eventually(() => expect(values('screener_log_processed_records_total')).toEqual({ 'store input': 3 }));
  expect(values('screener_log_store_seconds', '_count')).toEqual({ 'store input': 2 });
});

test('what a source appends is counted as that of a writer', async () => {
  const writers: SourceWriter[] = [];
  members.push(
    await log.source({
      group: 'outside',
      input: 'input',
      task: () => ({ start: async (writer) => void writers.push(writer), close: async () => undefined }),
    }),
  );
  await eventually(() => expect(writers).toHaveLength(2));
  await writers[0]?.append([recordOf('output', 0), recordOf('output', 0)]);
  expect(values('screener_log_appended_records_total')).toEqual({ output: 2 });
  expect(values('screener_log_append_seconds', '_count')).toEqual({ output: 1 });
});

test('dead letters are looked at again and again', async () => {
  const watching = watchDeadLetters(small.log, metrics, 10);
  await eventually(() => expect(values('screener_dead_letters_records')).toEqual({ '': 0 }));
  await small.log.writer().append([recordOf('dead-letters', 0)]);
  await eventually(() => expect(values('screener_dead_letters_records')).toEqual({ '': 1 }));
  await watching.stop();
});
