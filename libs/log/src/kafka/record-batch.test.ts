/** Against the client's own reading and writing of the format, which is code of others. */
import {
  compressionsAlgorithms,
  crc32c,
  createRecordsBatch,
  type MessageRecord,
  NumericMap,
  Reader,
  readRecordsBatch,
} from '@platformatic/kafka';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogRecord, NewRecord } from '../port.ts';
import type { Producer } from './client.ts';
import { cutBatches, type FetchedBatch, readHead, readRecords } from './fetched-batch.ts';
import { at, BatchEncoder, FORMAT, HEAD_BYTES, recordBytesMax } from './record-batch.ts';

const topic = 'metrics.closed';
const partition = 3;
const producer: Producer = { producerId: 77n, producerEpoch: 5, transactionalId: 'group/topic/3' };

const bytesMaxOf = (records: readonly NewRecord[]): number =>
  records.reduce((bytes, record) => bytes + recordBytesMax(record), 0);

function encode(records: readonly NewRecord[], by?: Producer, firstSequence = 0, encoder = new BatchEncoder()): Buffer {
  return encoder.encode({ topic, partition, records, bytesMax: bytesMaxOf(records), firstSequence }, by);
}

function decode(batch: Buffer, from = 0, pieces: FetchedBatch = [batch]): LogRecord[] {
  const into: LogRecord[] = [];
  readRecords(pieces, { topic, partition, from }, into);
  return into;
}

type Compression = keyof typeof compressionsAlgorithms;

function theirs(records: readonly NewRecord[], firstSequence: number, compression: Compression = 'none'): Buffer {
  const sequences = new NumericMap();
  sequences.set(`${topic}:${partition}`, firstSequence);
  const messages = records.map(({ key, value, timestamp, headers }) => ({
    topic,
    partition,
    key: key === null ? null : Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
    timestamp: BigInt(timestamp),
    headers: new Map(Object.entries(headers ?? {}).map(([name, text]) => [Buffer.from(name), Buffer.from(text)])),
  }));
  const options = { ...producer, sequences, compression, partitionLeaderEpoch: -1 };
  return createRecordsBatch(messages as unknown as MessageRecord[], options as Parameters<typeof createRecordsBatch>[1])
    .buffer;
}

/** Lengths on both sides of those where one more byte is needed to write them. */
const length = fc.oneof(fc.integer({ min: 0, max: 80 }), fc.constantFrom(8_000, 8_150, 8_191, 8_192, 70_000));
const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }).map((drawn) => drawn.toWellFormed()),
  length.map((units) => 'k'.repeat(units)),
);
const anyRecord: fc.Arbitrary<NewRecord> = fc
  .record({
    key: fc.option(text),
    value: fc.option(length.map((bytes) => new Uint8Array(bytes).fill(bytes))),
    timestamp: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    headers: fc.option(
      fc.dictionary(fc.string({ minLength: 1, maxLength: 9 }), text, { maxKeys: 3, noNullPrototype: true }),
    ),
  })
  .map(({ headers, ...rest }) => ({ topic, ...rest, ...(headers !== null && { headers }) }));
/** Times further apart than 31 bits the client (2.12.1) writes wrong where they fall. */
const anyRecords = fc.array(anyRecord, { minLength: 1, maxLength: 12 });
const sequence = fc.integer({ min: 0, max: 2 ** 31 - 1 });

const asRead = (records: readonly NewRecord[]): LogRecord[] =>
  records.map(({ headers, ...record }, offset) => {
    const some = headers !== undefined && Object.keys(headers).length > 0;
    return { ...record, partition, offset, ...(some && { headers }) };
  });

test('a batch is to the byte what the client makes of the same records', () => {
  fc.assert(
    fc.property(anyRecords, sequence, (records, firstSequence) => {
      expect(encode(records, producer, firstSequence).equals(theirs(records, firstSequence))).toBe(true);
    }),
  );
});

test('what is written is read again, from any offset on', () => {
  fc.assert(
    fc.property(anyRecords, fc.nat(12), (records, from) => {
      expect(decode(encode(records), from)).toEqual(asRead(records).slice(from));
    }),
  );
});

test('a header may have any name', () => {
  const headers = JSON.parse('{"__proto__":"p","constructor":"c","":"nothing"}') as Record<string, string>;
  expect(Object.keys(headers)).toHaveLength(3);
  const [read] = decode(encode([{ topic, key: '__proto__', value: null, timestamp: 0, headers }]));
  expect(JSON.stringify(read?.headers)).toBe(JSON.stringify(headers));
});

test('times may be far apart, and fall: the client reads what is written, and so do we', () => {
  const time = fc.integer({ min: -(2 ** 51), max: 2 ** 51 });
  fc.assert(
    fc.property(fc.array(time, { minLength: 1, maxLength: 8 }), (times) => {
      const batch = encode(times.map((timestamp) => ({ topic, key: null, value: null, timestamp })));
      const { firstTimestamp, maxTimestamp, records } = readRecordsBatch(Reader.from(batch));
      expect(records.map(({ timestampDelta }) => Number(firstTimestamp + timestampDelta))).toEqual(times);
      expect(Number(maxTimestamp)).toBe(Math.max(...times));
      expect(decode(batch).map(({ timestamp }) => timestamp)).toEqual(times);
    }),
  );
});

test.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('what the client compressed with %s is read', (compression) => {
  fc.assert(
    fc.property(anyRecords, (records) => {
      expect(decode(theirs(records, 0, compression))).toEqual(asRead(records));
    }),
    { numRuns: 20 },
  );
});

test('without a producer the client reads the records, and that nobody numbered them', () => {
  const records = [{ topic, key: 'a', value: new Uint8Array([1]), timestamp: 5 }];
  const batch = readRecordsBatch(Reader.from(encode(records)));
  expect(batch).toMatchObject({ magic: FORMAT, attributes: 0, producerId: -1n, producerEpoch: -1, firstSequence: -1 });
  expect(batch.records).toHaveLength(1);
  expect(batch.crc).toBe(crc32c(encode(records).subarray(at.attributes)));
});

test('the broker may say that times are its own', () => {
  const batch = encode([0, 60_000].map((timestamp) => ({ topic, key: 'a', value: null, timestamp })));
  batch.writeInt16BE(1 << 3, at.attributes);
  batch.writeBigInt64BE(99_000n, at.maxTimestamp);
  expect(decode(batch).map(({ timestamp }) => timestamp)).toEqual([99_000, 99_000]);
});

test('batches of one request stay as they are, those of the one before are overwritten', () => {
  const encoder = new BatchEncoder();
  const recordsOf = (fill: number, bytes: number): NewRecord[] => [
    { topic, key: 'k', value: new Uint8Array(bytes).fill(fill), timestamp: fill },
  ];
  const wanted = [1, 2, 3].map((fill) => recordsOf(fill, fill * 10_000));
  for (let request = 0; request < 3; request += 1) {
    encoder.nextRequest();
    const batches = wanted.map((records) => encode(records, producer, 0, encoder));
    expect(batches.map((batch) => decode(batch))).toEqual(wanted.map(asRead));
  }
});

test('a response is cut into whole batches: the last one may be cut off anywhere', () => {
  const batches = [1, 2, 3].map((n) =>
    encode(Array.from({ length: n }, () => ({ topic, key: `${n}`, value: null, timestamp: n }))),
  );
  const all = Buffer.concat([Buffer.alloc(5), ...batches]);
  for (let end = 5; end <= all.length; end += 1) {
    let whole = 0;
    for (let bytes = 5; whole < batches.length; whole += 1) {
      bytes += batches[whole]?.length ?? 0;
      if (bytes > end) break;
    }
    const cut = cutBatches(
      { begin: 5, end },
      (position) => all.readInt32BE(position),
      (from, to) => [all.subarray(from, to)],
    );
    expect(cut).toEqual(batches.slice(0, whole).map((batch) => [batch]));
  }
});

test('a batch is read in whatever pieces it comes', () => {
  fc.assert(
    fc.property(anyRecords, fc.array(fc.nat(), { maxLength: 9 }), fc.boolean(), (records, cuts, small) => {
      const batch = encode(records);
      const wanted = cuts.map((cut) => cut % (small ? Math.min(200, batch.length) : batch.length));
      const places = [0, ...wanted.sort((left, right) => left - right), batch.length];
      const pieces = places.slice(1).map((end, index) => batch.subarray(places[index], end));
      expect(decode(batch, 0, pieces)).toEqual(asRead(records));
      expect(readHead(pieces)).toEqual(readHead([batch]));
    }),
    { numRuns: 300 },
  );
  const batch = encode([1, 2].map((n) => ({ topic, key: `key ${n}`, value: new Uint8Array(99), timestamp: n })));
  const bytes = [...batch].map((_, index) => batch.subarray(index, index + 1));
  expect(decode(batch, 0, bytes)).toEqual(decode(batch));
});

test('bytes that end within a record are refused, wherever they end', () => {
  const batch = encode([{ topic, key: 'key', value: new Uint8Array(9), timestamp: 1, headers: { input: 't/0/1' } }]);
  for (let end = HEAD_BYTES; end < batch.length; end += 1) {
    expect(() => decode(batch.subarray(0, end))).toThrow('ends within a record');
  }
});

test('lengths that lead backwards are refused', () => {
  const batch = encode([{ topic, key: 'key', value: new Uint8Array(9), timestamp: 1 }]);
  batch[HEAD_BYTES] = 0x31;
  expect(() => decode(batch)).toThrow('ends within a record');
  expect(() => decode(batch, 0, [batch.subarray(0, 70), batch.subarray(70)])).toThrow('ends within a record');
  batch.writeInt32BE(-12, at.length);
  const cut = () =>
    cutBatches(
      { begin: 0, end: batch.length },
      (position) => batch.readInt32BE(position),
      () => [],
    );
  expect(cut).toThrow('shorter than its head');
});

test('whatever bytes come, reading them ends', () => {
  const valid = encode([1, 2, 3].map((n) => ({ topic, key: `key ${n}`, value: new Uint8Array(9), timestamp: n })));
  const spoilt = fc.array(fc.tuple(fc.integer({ min: at.count, max: valid.length - 1 }), fc.nat(255)), {
    minLength: 1,
  });
  fc.assert(
    fc.property(spoilt, fc.nat(valid.length), (changes, cut) => {
      const batch = Buffer.from(valid);
      for (const [place, byte] of changes) batch[place] = byte;
      for (const pieces of [[batch], [batch.subarray(0, cut), batch.subarray(cut)]]) {
        try {
          expect(decode(batch, Number.NEGATIVE_INFINITY, pieces)).toHaveLength(batch.readInt32BE(at.count));
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(RangeError);
        }
      }
    }),
    { numRuns: 2_000 },
  );
});

test('a way of compressing that nobody knows is refused', () => {
  const batch = encode([{ topic, key: 'key', value: null, timestamp: 1 }]);
  batch.writeInt16BE(7, at.attributes);
  expect(() => decode(batch)).toThrow('compressed');
  expect(Object.values(compressionsAlgorithms).map(({ bitmask }) => bitmask)).not.toContain(7);
});

test('of its head are read its offsets and who wrote it', () => {
  const records = [1, 2].map((timestamp) => ({ topic, key: null, value: null, timestamp }));
  const batch = encode(records, producer, 40);
  batch.writeBigInt64BE(1_000n, at.firstOffset);
  expect(readHead([batch])).toMatchObject({
    firstOffset: 1_000,
    lastOffset: 1_001,
    producerId: 77n,
    firstSequence: 40,
  });
});
