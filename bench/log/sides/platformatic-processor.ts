/**
 * The same by hand with the bare client: one consumer, a transactional producer per partition, transactions of up to 500
 * records with outputs and input offset. Fast as the client's documented interface allows; without anything that the
 * processor adds (take-over after a crash, snapshots, side inputs).
 */
import { serveSide } from '../../framework/serve-side.ts';
import { type ClientMessage, clientOptions, loadPlatformaticKafka } from '../peer-packages.ts';
import { type ProcessorRun, recordsMaxPerTransaction } from '../processor-sides.ts';
import { transformed } from '../records.ts';

const { Producer, Consumer, FetchIsolationLevels } = loadPlatformaticKafka();
/** Records in queues at most, as our own reader has it too: two responses. */
const queuedMax = 20_000;

serveSide({
  async start({ brokers, group, input, output, partitions }: ProcessorRun) {
    const options = clientOptions(brokers, `bench-${group}`);
    const workers = Array.from({ length: partitions }, () => ({ queue: [] as ClientMessage[], busy: false }));
    const producers = await Promise.all(
      workers.map(async (_, partition) => {
        const transactionalId = `${group}-${partition}`;
        const producer = new Producer({ ...options, idempotent: true, transactionalId });
        await producer.initIdempotentProducer({ producerId: -1n, producerEpoch: -1 });
        return producer;
      }),
    );
    const reading = new Consumer({
      ...options,
      groupId: group,
      autocommit: false,
      isolationLevel: FetchIsolationLevels.READ_COMMITTED,
    });
    const stream = await reading.consume({ topics: [input], mode: 'committed', fallbackMode: 'earliest' });
    let queued = 0;
    const work = async (partition: number): Promise<void> => {
      const worker = workers[partition];
      const producer = producers[partition];
      if (worker === undefined || producer === undefined || worker.busy) return;
      worker.busy = true;
      while (worker.queue.length > 0) {
        const batch = worker.queue.splice(0, recordsMaxPerTransaction);
        const transaction = await producer.beginTransaction();
        await transaction.send({
          messages: batch.map(({ key, value, timestamp }) => ({
            topic: output,
            partition,
            key,
            value: transformed(value),
            timestamp,
          })),
        });
        await transaction.addConsumer(reading);
        const last = batch.at(-1);
        if (last !== undefined) await transaction.addOffset(last);
        await transaction.commit();
        if (queued >= queuedMax && queued - batch.length < queuedMax) stream.resume();
        queued -= batch.length;
      }
      worker.busy = false;
    };
    stream.on('data', (message: ClientMessage) => {
      workers[message.partition]?.queue.push(message);
      queued += 1;
      if (queued === queuedMax) stream.pause();
      // In the next turn: what one response brought goes together.
      if (workers[message.partition]?.queue.length === 1) setImmediate(() => void work(message.partition).catch(fail));
    });
    stream.on('error', fail);
  },
  stop() {
    // Nothing: a stream that is closed while it waits at the broker takes its time, and the process is ended next.
  },
});

function fail(cause: unknown): void {
  process.stderr.write(`  the bare client failed: ${cause instanceof Error ? cause.stack : cause}\n`);
  process.exit(1);
}
