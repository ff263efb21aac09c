/** The body of a Produce request, with the record batches as we make them. */
import { ProduceAcks, Writer } from '@platformatic/kafka';
import type { OutgoingBatch, Question } from '../client.ts';
import { BatchEncoder } from '../record-batch.ts';

/** From this version on lengths are short, and everything ends with tagged fields. */
const FLEXIBLE = 9;

/** One for all connections: the client copies a request into its own bytes before it asks for the next one. */
const encoder = new BatchEncoder();

/** Versions 3 to 12, which differ in nothing else. */
export function writeProduce(version: number, { acks, timeoutMs, batches, producer }: Question<'Produce'>): Writer {
  const flexible = version >= FLEXIBLE;
  encoder.nextRequest();
  const request = Writer.create()
    .appendString(producer?.transactionalId, flexible)
    .appendInt16(acks === 'all' ? ProduceAcks.ALL : ProduceAcks.LEADER)
    .appendInt32(timeoutMs);
  const writeBatch = (writer: Writer, batch: OutgoingBatch): void => {
    writer.appendInt32(batch.partition).appendBytes(encoder.encode(batch, producer), flexible);
  };
  const byTopic = [...Map.groupBy(batches, ({ topic }) => topic)];
  request.appendArray(
    byTopic,
    (writer, [topic, ofTopic]) => {
      writer.appendString(topic, flexible).appendArray(ofTopic, writeBatch, flexible, flexible);
    },
    flexible,
    flexible,
  );
  return flexible ? request.appendTaggedFields() : request;
}
