/** Writes on Kafka what the forwarder forwards. */
import { openLog, type Writer } from '@screener/log';
import { serveSide } from '../../framework/serve-side.ts';
import { benchRecord } from '../records.ts';
import type { FeedRun, ForwarderPlace } from '../rss-flat.ts';

let writer: Writer | undefined;

serveSide({
  async open({ brokers = [] }: ForwarderPlace) {
    const log = await openLog({ directory: '', brokers });
    writer = log.writer();
  },
  async feed({ topic, from, count, recordBytes, timestamp }: FeedRun) {
    const records = Array.from({ length: count }, (_, index) => ({
      topic,
      ...benchRecord(from + index, recordBytes),
      timestamp,
    }));
    await writer?.append(records);
  },
});
