/** Watches a topic from outside as a read_committed reader: the same witness for every side. */
import { type Log, openLog, type Reader } from '@screener/log';
import { serveSide } from '../../framework/serve-side.ts';
import { KeyedDigest } from '../records.ts';

export interface Watch {
  readonly topic: string;
  readonly from: ReadonlyMap<number, number>;
  readonly count: number;
}

export interface Watched {
  /** Records that came after the first batch, by second. */
  readonly rate: number;
  readonly output: string;
}

let log: Log | undefined;
let reader: Reader | undefined;
let watched: Promise<Watched> | undefined;

serveSide({
  async open({ brokers }: { brokers: readonly string[] }) {
    log = await openLog({ directory: '', brokers });
  },
  begin({ topic, from, count }: Watch) {
    if (log === undefined) throw new Error('not open');
    reader = log.reader({ topic, from: { offsets: from } });
    watched = watch(reader, count);
  },
  result: () => watched,
});

async function watch(records: Reader, count: number): Promise<Watched> {
  const digest = new KeyedDigest();
  let firstAt = 0;
  let firstCount = 0;
  let lastAt = 0;
  for await (const batch of records) {
    lastAt = performance.now();
    for (const { key, value } of batch) digest.add(key ?? '', value ?? new Uint8Array(0));
    if (firstCount === 0) {
      firstAt = lastAt;
      firstCount = digest.count;
    }
    if (digest.count >= count) break;
  }
  return { rate: ((digest.count - firstCount) * 1_000) / (lastAt - firstAt), output: digest.toString() };
}
