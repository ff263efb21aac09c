/** An app that only forwards, and says now and then how much memory it has. Embedded, whoever writes runs here too. */
import { type Log, type Member, openLog, type Writer } from '@screener/log';
import { serveSide } from '../../framework/serve-side.ts';
import { benchTopic } from '../bench-topics.ts';
import { benchRecord } from '../records.ts';
import type { FeedRun, Forwarded, ForwarderPlace, Memory } from '../rss-flat.ts';

let log: Log | undefined;
let member: Member | undefined;
let writer: Writer | undefined;
let forwarded = 0;

serveSide({
  async open({ directory, brokers, input, output, snapshots, partitions, retentionMs }: ForwarderPlace) {
    const notify = (text: string): void => void process.stderr.write(`  forwarder: ${text}\n`);
    log = await openLog({ directory, ...(brokers && { brokers }), notify });
    if (brokers === undefined) {
      await log.ensureTopics([input, output, snapshots].map((name) => benchTopic(name, { partitions, retentionMs })));
    }
    member = await log.processor({
      group: `${input}-forwarder`,
      input,
      snapshots,
      snapshotVersion: 1,
      task: () => ({
        apply({ key, value, timestamp, partition }, { emit }) {
          emit({ topic: output, key, value, timestamp, partition });
          forwarded += 1;
        },
      }),
    });
    writer = log.writer();
  },
  /** For the embedded log: other processes cannot write there fast. */
  async feed({ topic, from, count, recordBytes, timestamp }: FeedRun) {
    const records = Array.from({ length: count }, (_, index) => ({
      topic,
      ...benchRecord(from + index, recordBytes),
      timestamp,
    }));
    await writer?.append(records);
  },
  state: (): Forwarded => ({ forwarded }),
  memory(): Memory {
    globalThis.gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    return { rssMB: rss / 1e6, heapMB: heapUsed / 1e6 };
  },
  async close() {
    await member?.close();
    await log?.close();
  },
});
