/** An independent consumer (kafkajs, read_committed) as a witness of what our reader says is in a topic. */
import { randomUUID } from 'node:crypto';
import type { Log } from '@screener/log';
import { independentClient } from '../topic-places.ts';
import { SequenceBuilder, type Sequences } from './compare.ts';

const timeoutMs = 120_000;
const endKey = 'the end';

/** Writes a last record into every partition, so that the witness knows when it has seen everything. */
export async function readAsWitness(
  log: Log,
  brokers: readonly string[],
  topic: string,
): Promise<{ readonly sequences: Sequences; readonly complete: boolean }> {
  const partitions = (await log.offsets(topic)).map(({ partition }) => partition);
  const writer = log.writer();
  const value = new Uint8Array(0);
  await writer.append(partitions.map((partition) => ({ topic, key: endKey, value, timestamp: 0, partition })));
  await writer.close();
  const consumer = independentClient(brokers).consumer({
    groupId: `witness-${randomUUID()}`,
    readUncommitted: false,
    retry: { retries: 10 },
  });
  const found = new SequenceBuilder();
  const open = new Set(partitions);
  let complete = false;
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(resolve, timeoutMs);
      consumer
        .run({
          eachBatch: async ({ batch }) => {
            for (const { key, value: body, timestamp } of batch.messages) {
              const name = key === null ? null : key.toString();
              if (name === endKey) open.delete(batch.partition);
              else found.add(batch.partition, name, Number(timestamp), body);
            }
            if (open.size > 0) return;
            complete = true;
            clearTimeout(late);
            resolve();
          },
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return { sequences: found.sequences, complete };
}
