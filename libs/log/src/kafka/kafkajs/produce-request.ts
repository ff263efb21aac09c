/** The body of a Produce request, with the record batches as we make them. */
import type { Question } from '../client.ts';
import { BatchEncoder } from '../record-batch.ts';
import { Encoder } from './internals.ts';

const ACKS_ALL = -1;
const ACKS_LEADER = 1;

/** One for all connections: kafkajs's encoder copies a batch at once. */
const batchEncoder = new BatchEncoder();

/** Versions 3 to 7, which is as far as kafkajs goes. */
export function encodeProduce({ acks, timeoutMs, batches, producer }: Question<'Produce'>): Encoder {
  batchEncoder.nextRequest();
  const topics = [...Map.groupBy(batches, ({ topic }) => topic)].map(([topic, ofTopic]) => {
    const partitions = ofTopic.map((batch) =>
      new Encoder().writeInt32(batch.partition).writeBytes(batchEncoder.encode(batch, producer)),
    );
    return new Encoder().writeString(topic).writeArray(partitions);
  });
  return new Encoder()
    .writeString(producer?.transactionalId ?? null)
    .writeInt16(acks === 'all' ? ACKS_ALL : ACKS_LEADER)
    .writeInt32(timeoutMs)
    .writeArray(topics);
}
