/** As much of a log as the sink uses, in memory: topics, and members of a group with all partitions each. */
import type { ConsumerDefinition, ExternalTask, Log, LogRecord, Member, NewRecord } from '@screener/log';

export interface FakeLog extends Log {
  append(records: readonly NewRecord[]): void;
}

const BATCH_MAX = 40;

export function createFakeLog(options: { cluster: string; partitions: number; topicId?: string }): FakeLog {
  const { cluster, partitions } = options;
  const topicIdOf = (topic: string) => options.topicId ?? `id-of-${topic}`;
  const topics = new Map<string, LogRecord[][]>();
  const waiting = new Set<() => void>();
  for (const name of ['klines.closed', 'klines.history', 'alerts']) {
    topics.set(
      name,
      Array.from({ length: partitions }, () => []),
    );
  }
  const recordsOf = (topic: string, partition: number): LogRecord[] => topics.get(topic)?.[partition] ?? [];
  const notOurs = (): never => {
    throw new Error('the sink does not use this');
  };

  async function follow(definition: ConsumerDefinition, partition: number, task: ExternalTask, isOpen: () => boolean) {
    const topic = definition.input;
    let next = (await task.load({ cluster, topic, topicId: topicIdOf(topic), partition })) ?? 0;
    while (isOpen()) {
      // Batches of varying size, so that they end anywhere.
      const batch = recordsOf(topic, partition).slice(next, next + 1 + ((next * 7) % BATCH_MAX));
      if (batch.length === 0) {
        await new Promise<void>((resolve) => waiting.add(resolve));
        continue;
      }
      next += batch.length;
      await task.write(batch, next);
    }
  }

  return {
    engine: 'embedded',
    cluster,
    append(records) {
      for (const record of records) {
        const list = recordsOf(record.topic, record.partition ?? 0);
        list.push({ ...record, partition: record.partition ?? 0, offset: list.length });
      }
      wakeAll(waiting);
    },
    async consumer(definition): Promise<Member> {
      let isOpen = true;
      const { promise: failed, reject } = Promise.withResolvers<never>();
      failed.catch(() => {});
      const all = Array.from({ length: partitions }, (_, partition) => partition);
      const runs = all.map((partition) =>
        follow(definition, partition, definition.task(partition), () => isOpen).catch(reject),
      );
      return {
        partitions: () => all,
        failed,
        async close() {
          isOpen = false;
          wakeAll(waiting);
          await Promise.all(runs);
        },
      };
    },
    describeTopics: async () =>
      [...topics.keys()].map((name) => ({
        ...{ name, topicId: topicIdOf(name), about: '', key: '', events: [], writers: [], partitions },
        ...{ retentionMs: undefined, compact: false, compactionLagMs: 0, live: false },
      })),
    ensureTopics: notOurs,
    changeRetention: notOurs,
    keptInput: notOurs,
    releaseInput: notOurs,
    writer: notOurs,
    reader: notOurs,
    processor: notOurs,
    source: notOurs,
    offsets: notOurs,
    lag: notOurs,
    close: async () => {},
  };
}

function wakeAll(waiting: Set<() => void>): void {
  const all = [...waiting];
  waiting.clear();
  for (const wake of all) wake();
}
