/** Durable appends through the port, on the embedded log. */
import { openLog } from '@screener/log';
import { serveSide } from '../../framework/serve-side.ts';
import { benchTopic } from '../bench-topics.ts';
import type { AppendRun } from '../embedded-append.ts';
import { benchRecord, KeyedDigest } from '../records.ts';

serveSide({
  async append({ directory, batches, batchRecords, recordBytes }: AppendRun) {
    const topic = 'appended';
    const log = await openLog({ directory });
    await log.ensureTopics([benchTopic(topic)]);
    const writer = log.writer();
    const prepared = Array.from({ length: batches * batchRecords }, (_, index) => benchRecord(index, recordBytes));
    const began = performance.now();
    for (let begin = 0; begin < prepared.length; begin += batchRecords) {
      await writer.append(prepared.slice(begin, begin + batchRecords).map((record) => ({ topic, ...record })));
    }
    const elapsedMs = performance.now() - began;
    const digest = new KeyedDigest();
    for await (const records of log.reader({ topic, from: 'beginning', until: 'end' })) {
      for (const { key, value } of records) digest.add(key ?? '', value ?? new Uint8Array(0));
    }
    await log.close();
    return { elapsedMs, output: digest.toString() };
  },
});
