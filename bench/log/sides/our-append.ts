/** Durable appends through the port, on the embedded log. */
import { type Log, type NewRecord, openLog, type Writer } from '@screener/log';
import { serveSide } from '../../framework/serve-side.ts';
import { benchTopic } from '../bench-topics.ts';
import type { AppendPlace } from '../embedded-append.ts';
import { KeyedDigest, preparedBatches } from '../records.ts';

const topic = 'appended';
let opened: { readonly log: Log; readonly writer: Writer } | undefined;
let prepared: readonly (readonly NewRecord[])[] = [];
let next = 0;

serveSide({
  async open({ directory, batchRecords, recordBytes }: AppendPlace) {
    const log = await openLog({ directory });
    await log.ensureTopics([benchTopic(topic)]);
    opened = { log, writer: log.writer() };
    prepared = preparedBatches(batchRecords, recordBytes).map((batch) =>
      batch.map((record): NewRecord => ({ topic, ...record })),
    );
  },
  async append(batches: number) {
    const began = performance.now();
    for (let batch = 0; batch < batches; batch += 1) {
      await opened?.writer.append(prepared[next % prepared.length] ?? []);
      next += 1;
    }
    return performance.now() - began;
  },
  async digest() {
    const digest = new KeyedDigest();
    for await (const records of opened?.log.reader({ topic, from: 'beginning', until: 'end' }) ?? []) {
      for (const { key, value } of records) digest.add(key ?? '', value ?? new Uint8Array(0));
    }
    return digest.toString();
  },
});
