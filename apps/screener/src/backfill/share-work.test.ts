/** Several backfills on one log: nobody's work is done twice, and what one leaves another takes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Log, type NewRecord, openLog } from '@screener/log';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readProjectTopology } from '../open-project-log.ts';
import { historyTopic } from './progress-records.ts';
import { type SharedWork, shareWork } from './share-work.ts';

let directory: string;
let log: Log;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'share-work-'));
  log = await openLog({ directory });
  await log.ensureTopics(readProjectTopology());
});
afterEach(async () => {
  await log.close();
  rmSync(directory, { recursive: true });
});

const stepsEach = 20;
const all = Array.from({ length: 12 }, (_, partition) => partition);
const step = (partition: number, value: string): NewRecord => ({
  ...{ topic: historyTopic, partition, key: String(partition), timestamp: 1, value: Buffer.from(value) },
});

async function written(): Promise<Map<number, string[]>> {
  const found = new Map<number, string[]>();
  for await (const batch of log.reader({ topic: historyTopic, from: 'beginning', until: 'end' })) {
    for (const { partition, value } of batch) {
      found.set(partition, [...(found.get(partition) ?? []), Buffer.from(value ?? []).toString()]);
    }
  }
  return found;
}

/** Writes the numbers up to `stepsEach` into each partition, going on from what is there. */
const counting: SharedWork['work'] = async (partition, append, signal) => {
  let next = (await written()).get(partition)?.length ?? 0;
  for (; next < stepsEach && !signal.aborted; next++) await append([step(partition, String(next))]);
};
const finishedByOthers: SharedWork['finishedByOthers'] = async (partitions) => {
  const found = await written();
  return partitions.filter((partition) => found.get(partition)?.length === stepsEach);
};
const options = (change: Partial<SharedWork> = {}): SharedWork => ({
  ...{ log, partitions: all, work: counting, finishedByOthers, signal: new AbortController().signal },
  ...{ random: Math.random, notify: () => {}, idleMs: 100, awayMs: 20, ...change },
});
const complete = new Map(all.map((partition) => [partition, Array.from({ length: stepsEach }, (_, at) => String(at))]));
const byPartition = (found: Map<number, string[]>) => new Map([...found].sort(([left], [right]) => left - right));

test('they share the partitions, and each is worked on once', async () => {
  await Promise.all([shareWork(options()), shareWork(options()), shareWork(options())]);
  expect(byPartition(await written())).toEqual(complete);
});

test('one that ends leaves its share to the others', async () => {
  const ending = new AbortController();
  let appended = 0;
  const work: SharedWork['work'] = (partition, append, signal) =>
    counting(
      partition,
      async (records) => {
        await append(records);
        appended++;
        if (appended === 30) ending.abort();
      },
      signal,
    );
  await Promise.all([shareWork(options({ work, signal: ending.signal })), shareWork(options())]);
  expect(appended).toBeGreaterThanOrEqual(30);
  expect(byPartition(await written())).toEqual(complete);
});

test('two that want different things do not wait for each other for ever', async () => {
  const wants = (partitions: readonly number[]) => shareWork(options({ partitions }));
  const [even, odd] = [all.filter((partition) => partition % 2 === 0), all.filter((partition) => partition % 2 === 1)];
  await Promise.all([wants(even), wants(odd)]);
  expect(byPartition(await written())).toEqual(complete);
});

test('what fails in the work is heard of, and ends it', async () => {
  const work = async (): Promise<void> => {
    throw new Error('the exchange burned down');
  };
  await expect(shareWork(options({ work }))).rejects.toThrow('the exchange burned down');
});
