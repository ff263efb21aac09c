/** The same by hand with kafkajs, as its documentation has it: a transactional producer per partition. */
import { type Consumer, Kafka, logLevel, type Producer } from 'kafkajs';
import { serveSide } from '../../framework/serve-side.ts';
import { type ProcessorRun, recordsMaxPerTransaction } from '../processor-sides.ts';
import { transformed } from '../records.ts';

const retry = { initialRetryTime: 2, factor: 0.2, multiplier: 1.5, maxRetryTime: 20, retries: 50 };

let consumer: Consumer | undefined;
let producers: readonly Producer[] = [];

serveSide({
  async start({ brokers, group, input, output, partitions }: ProcessorRun) {
    const kafka = new Kafka({ clientId: `bench-${group}`, brokers: [...brokers], logLevel: logLevel.NOTHING, retry });
    producers = Array.from({ length: partitions }, (_, partition) =>
      kafka.producer({ idempotent: true, maxInFlightRequests: 1, transactionalId: `${group}-${partition}` }),
    );
    await Promise.all(producers.map((producer) => producer.connect()));
    consumer = kafka.consumer({ groupId: group });
    await consumer.connect();
    await consumer.subscribe({ topics: [input], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: partitions,
      eachBatchAutoResolve: false,
      eachBatch: async ({ batch, resolveOffset, isRunning, isStale }) => {
        const { messages, partition } = batch;
        const producer = producers[partition];
        if (producer === undefined) throw new Error(`no partition ${partition}`);
        for (let begin = 0; begin < messages.length && isRunning() && !isStale(); begin += recordsMaxPerTransaction) {
          const records = messages.slice(begin, begin + recordsMaxPerTransaction);
          const next = String(BigInt(records.at(-1)?.offset ?? 0) + 1n);
          const transaction = await producer.transaction();
          await transaction.send({
            topic: output,
            messages: records.map(({ key, value, timestamp }) => ({
              key,
              partition,
              value: value === null ? null : transformed(value),
              timestamp,
            })),
          });
          const topics = [{ topic: input, partitions: [{ partition, offset: next }] }];
          await transaction.sendOffsets({ consumerGroupId: group, topics });
          await transaction.commit();
          resolveOffset(records.at(-1)?.offset ?? '0');
        }
      },
    });
  },
  async stop() {
    await consumer?.disconnect();
    await Promise.all(producers.map((producer) => producer.disconnect()));
  },
});
