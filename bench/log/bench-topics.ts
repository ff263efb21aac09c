/** Topics of the benchmarks: names of their own on a log that may be shared, removed afterwards. */
import { randomUUID } from 'node:crypto';
import { type Log, openLog, type TopicSpec } from '@screener/log';
import { clientOptions, loadPlatformaticKafka } from './peer-packages.ts';

export const benchTopic = (name: string, overrides: Partial<TopicSpec> = {}): TopicSpec => ({
  name,
  about: 'a benchmark',
  key: 'instrument',
  events: ['KlineClosed'],
  writers: ['bench'],
  partitions: 12,
  retentionMs: undefined,
  compact: false,
  compactionLagMs: 0,
  live: false,
  ...overrides,
});

export const uniqueName = (about: string): string => `bench-${about}-${randomUUID().slice(0, 8)}`;

/** For a broker; on the embedded log a side owns the directory, and with it the topics. */
export async function withKafkaTopics<T>(
  brokers: readonly string[],
  topics: readonly TopicSpec[],
  work: (log: Log) => Promise<T>,
): Promise<T> {
  const log = await openLog({ directory: '', brokers });
  try {
    await log.ensureTopics(topics);
    return await work(log);
  } finally {
    await log.close();
    await removeTopics(
      brokers,
      topics.map(({ name }) => name),
    );
  }
}

/** The port has no way to remove a topic, and should have none. */
async function removeTopics(brokers: readonly string[], topics: readonly string[]): Promise<void> {
  const admin = new (loadPlatformaticKafka().Admin)(clientOptions(brokers, 'screener-bench'));
  await admin.deleteTopics({ topics }).catch(() => {});
  await admin.close();
}
