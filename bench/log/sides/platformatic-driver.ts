/** The same bursts through the bare client: a producer and a read_committed stream. */
import { serveSide } from '../../framework/serve-side.ts';
import { type BurstRun, Bursts, type DriverPlace } from '../bursts.ts';
import { type ClientMessage, type ClientProducer, clientOptions, loadPlatformaticKafka } from '../peer-packages.ts';
import { benchRecord, transformed } from '../records.ts';

const { Producer, Consumer, FetchIsolationLevels, ProduceAcks } = loadPlatformaticKafka();
const bursts = new Bursts();
let producer: ClientProducer | undefined;
let place: DriverPlace | undefined;

serveSide({
  async open(given: DriverPlace) {
    place = given;
    const options = clientOptions(given.brokers ?? [], 'bench-driver');
    producer = new Producer({ ...options, idempotent: true });
    const consumer = new Consumer({
      ...options,
      groupId: `${given.output}-driver`,
      autocommit: false,
      isolationLevel: FetchIsolationLevels.READ_COMMITTED,
    });
    const stream = await consumer.consume({ topics: [given.output], mode: 'latest' });
    stream.on('data', ({ key, value }: ClientMessage) => bursts.seen(key.toString(), value));
  },
  run(run: BurstRun) {
    if (producer === undefined || place === undefined) throw new Error('not open');
    const sending = producer;
    const { input, output } = place;
    // Without a processor between, what is sent is what the processor would have put out.
    const sentValue = (value: Buffer): Buffer => (input === output ? transformed(value) : value);
    return bursts.run(run, async (indexes, minute) => {
      const records = indexes.map((index) => benchRecord(index, run.recordBytes, minute));
      const messages = records.map(({ key, value, timestamp }) => ({
        topic: input,
        key: Buffer.from(key),
        value: sentValue(value),
        timestamp: BigInt(timestamp),
      }));
      await sending.send({ messages, acks: ProduceAcks.ALL });
    });
  },
});
