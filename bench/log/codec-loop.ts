/** The loop that both codecs are measured in. */
import { createHash } from 'node:crypto';
import type { MetricsClosed } from '@screener/events';
import type { CodecRun } from './codec.ts';
import { sampleEvent } from './sample-event.ts';

export interface MeasuredCodec {
  encode(event: MetricsClosed): Uint8Array;
  decode(bytes: Uint8Array): MetricsClosed;
  /** The Avro body alone. */
  body(bytes: Uint8Array): Uint8Array;
}

/** Enough that decoding is not measured on one object that everything is known of. */
const variants = 64;
const warmUpEvents = 20_000;

export function measureCodec({ encode, decode, body }: MeasuredCodec, { events, bytes }: CodecRun) {
  let items = 1;
  while (body(encode(sampleEvent('MetricsClosed', items))).length < bytes) items += 1;
  const sample = sampleEvent('MetricsClosed', items);
  const samples = Array.from({ length: variants }, (_, index) => ({ ...sample, price: sample.price + index }));
  const hash = createHash('sha256');
  for (const event of samples) {
    const encoded = encode(event);
    hash.update(body(encoded)).update(JSON.stringify(plain(decode(encoded))));
  }
  let checksum = 0;
  const loop = (count: number): void => {
    for (let index = 0; index < count; index += 1) {
      const event = samples[index % variants] ?? sample;
      const decoded = decode(encode(event));
      // Every field has to be there: what is decoded on demand is demanded.
      checksum += decoded.price;
      for (const window of decoded.windows) checksum += window.quoteVolume;
      for (const { barOpenTime } of decoded.indicators) checksum += barOpenTime;
    }
  };
  loop(warmUpEvents);
  checksum = 0;
  // Time of the processor, garbage collection included: nothing here waits, and other programs are not to count.
  const began = process.cpuUsage();
  loop(events);
  const { user, system } = process.cpuUsage(began);
  return { cpuUs: user + system, output: `${checksum} ${body(encode(sample)).length} bytes ${hash.digest('hex')}` };
}

/** Fields in the order of their names, and typed arrays as numbers. */
function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return [...(value as unknown as Iterable<number>)];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => [name, plain(field)]),
  );
}
