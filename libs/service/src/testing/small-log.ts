/** An embedded log of a test's own, with the topics that a few small apps need. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Log, type NewRecord, openLog, parseTopology } from '@screener/log';

const topology = parseTopology(
  [
    'partitions: 2',
    'topics:',
    '  input: { about: A, key: k, events: [E], writers: [w], retention: 48h }',
    '  output: { about: B, key: k, events: [E], writers: [w], retention: 48h }',
    '  snapshots: { about: C, key: k, events: [E], writers: [w], compact: true }',
    '  dead-letters: { about: D, key: k, events: [E], writers: [w], retention: 48h, partitions: 1 }',
    '  heartbeats: { about: H, key: k, events: [E], writers: [w], compact: true, partitions: 1 }',
  ].join('\n'),
  'small-log.ts',
);

export interface SmallLog {
  readonly log: Log;
  close(): Promise<void>;
}

export async function openSmallLog(): Promise<SmallLog> {
  const directory = mkdtempSync(join(tmpdir(), 'service-'));
  const log = await openLog({ directory });
  await log.ensureTopics(topology);
  return {
    log,
    async close() {
      await log.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export const recordOf = (topic: string, partition: number, text = 'x'): NewRecord => ({
  topic,
  partition,
  key: `key ${partition}`,
  value: Buffer.from(text),
  timestamp: 60_000,
});
