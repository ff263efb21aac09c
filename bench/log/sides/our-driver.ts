/**
 * Writes bursts of records and waits until their outputs can be read, through the port. On the embedded log the
 * processor runs here too, as it does in the product; on Kafka in a process of its own.
 */
import { type Log, openLog } from '@screener/log';
import { serveSide } from '../../framework/serve-side.ts';
import { benchTopic } from '../bench-topics.ts';
import { type BurstRun, Bursts, type DriverPlace } from '../bursts.ts';
import { benchRecord, transformed } from '../records.ts';

let log: Log | undefined;
let place: DriverPlace | undefined;
const bursts = new Bursts();

serveSide({
  async open(given: DriverPlace) {
    place = given;
    const { brokers, directory = '', input, output, snapshots } = given;
    log = await openLog({
      directory,
      ...(brokers && { brokers }),
      notify: (text) => process.stderr.write(`  ${text}\n`),
    });
    if (brokers === undefined) {
      await log.ensureTopics([input, output, snapshots].map((name) => benchTopic(name)));
      await log.processor({
        group: 'bench',
        input,
        snapshots,
        snapshotVersion: 1,
        task: () => ({
          apply({ key, value, timestamp, partition }, { emit }) {
            if (value !== null) emit({ topic: output, key, value: transformed(value), timestamp, partition });
          },
        }),
      });
    }
    const reader = log.reader({ topic: output, from: 'end' });
    void (async () => {
      for await (const records of reader) {
        for (const { key, value } of records) bursts.seen(key ?? '', value ?? new Uint8Array(0));
      }
    })();
    // The reader's position is that of now once it is known.
    while (reader.positions().size === 0 && brokers !== undefined) await new Promise((next) => setTimeout(next, 5));
  },
  async run(run: BurstRun) {
    if (log === undefined || place === undefined) throw new Error('not open');
    const { input } = place;
    const writer = log.writer();
    const result = await bursts.run(run, (indexes, minute) =>
      writer.append(indexes.map((index) => ({ topic: input, ...benchRecord(index, run.recordBytes, minute) }))),
    );
    await writer.close();
    return result;
  },
});
