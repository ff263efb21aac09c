/**
 * An independent consumer (kafkajs) as a witness of what our reader says is in a topic. It reads everything and decides
 * by the transactions' own markers what is committed: the list of aborted transactions, which our reader goes by, is not
 * used, and neither is kafkajs's own filter. That one expects the list in order of first offsets, brokers give it in order of
 * ends, and where transactions of several producers overlap it lets aborted records through (2.2.4).
 */
import { randomUUID } from 'node:crypto';
import type { Log } from '@screener/log';
import { independentClient } from '../topic-places.ts';
import { lineOf, SequenceBuilder, type Sequences } from './compare.ts';

/** What kafkajs has read, before it filters: not in its types. */
interface RawMessage {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly timestamp: string;
  readonly isControlRecord: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
}

/** A long run has a gigabyte to read. */
const timeoutMs = 300_000;
const endKey = 'the end';
/** Key of a marker: version, then type. */
const markerType = (key: Buffer | null): 'commit' | 'abort' | undefined =>
  key?.readInt16BE(2) === 1 ? 'commit' : key?.readInt16BE(2) === 0 ? 'abort' : undefined;

/** What is kept of a message. */
interface Seen {
  readonly offset: string;
  readonly key: string | null;
  readonly line: string;
}

const seen = ({ offset, key, timestamp, value }: RawMessage): Seen => ({
  offset,
  key: key === null ? null : key.toString(),
  line: lineOf(Number(timestamp), value),
});

/** One partition: records wait until their transaction is decided. */
export class Decider {
  readonly #open = new Map<string, Seen[]>();
  readonly #committed: Seen[] = [];
  ended = false;

  take(message: RawMessage): void {
    const { producerId, inTransaction } = message.batchContext;
    if (message.isControlRecord) {
      const decided = this.#open.get(producerId) ?? [];
      this.#open.delete(producerId);
      if (markerType(message.key) === 'commit') this.#committed.push(...decided);
    } else if (inTransaction) {
      const open = this.#open.get(producerId) ?? [];
      this.#open.set(producerId, open);
      open.push(seen(message));
    } else if (message.key?.toString() === endKey) this.ended = true;
    else this.#committed.push(seen(message));
  }

  committed(): readonly Seen[] {
    return this.#committed.sort((a, b) => Number(a.offset) - Number(b.offset));
  }
}

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
    readUncommitted: true,
    retry: { retries: 10 },
  });
  const deciders = partitions.map(() => new Decider());
  const next = new Map<number, number>();
  let complete = false;
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(resolve, timeoutMs);
      consumer
        .run({
          eachBatch: async ({ batch }) => {
            for (const message of (batch as unknown as { readonly rawMessages: readonly RawMessage[] }).rawMessages) {
              // A batch that it begins in the middle of comes whole; one that it asks for again was taken already.
              if (Number(message.offset) < (next.get(batch.partition) ?? 0)) continue;
              next.set(batch.partition, Number(message.offset) + 1);
              deciders[batch.partition]?.take(message);
            }
            if (!deciders.every(({ ended }) => ended)) return;
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
  const found = new SequenceBuilder();
  for (const [partition, decider] of deciders.entries()) {
    for (const { key, line } of decider.committed()) found.addLine(partition, key, line);
  }
  return { sequences: found.sequences, complete };
}
