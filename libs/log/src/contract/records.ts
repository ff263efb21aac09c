import { describe, expect, test } from 'vitest';
import { partitionOf } from '../partitioner.ts';
import type { LogRecord, NewRecord, Reader } from '../port.ts';
import { type Bench, bytes, text, until } from './bench.ts';

export function describeRecords(bench: Bench): void {
  const numbered = (topic: string, count: number): NewRecord[] =>
    Array.from({ length: count }, (_, i) => ({
      topic,
      key: `key-${i % 7}`,
      value: bytes(`${i}`),
      timestamp: 1_000 + i,
    }));

  describe('records', () => {
    test('come back as they were written, in order per key', async () => {
      const topic = await bench.topic('order');
      const written = numbered(topic, 500);
      const writer = bench.engine.writer();
      for (let i = 0; i < written.length; i += 50) await writer.append(written.slice(i, i + 50));
      await writer.close();
      const read = await bench.read(topic);
      expect(read).toHaveLength(500);
      for (let k = 0; k < 7; k += 1) {
        const key = `key-${k}`;
        const values = (records: readonly NewRecord[]): unknown[] =>
          records.filter((record) => record.key === key).map(({ value, timestamp }) => [text(value), timestamp]);
        expect(values(read)).toEqual(values(written));
      }
      for (const record of read) expect(record.partition).toBe(partitionOf(record.key, 4));
      expect(read[0]?.topic).toBe(topic);
    });

    test('50 parallel appends lose nothing and double nothing', async () => {
      const topic = await bench.topic('parallel');
      const writer = bench.engine.writer();
      const batches = Array.from({ length: 50 }, (_, b) =>
        Array.from({ length: 20 }, (_, i) => ({ topic, key: `${i}`, value: bytes(`${b}:${i}`), timestamp: b })),
      );
      await Promise.all(batches.map((batch) => writer.append(batch)));
      await writer.close();
      const read = (await bench.read(topic)).map(({ value }) => text(value)).sort();
      expect(read).toEqual(
        batches
          .flat()
          .map(({ value }) => text(value))
          .sort(),
      );
    });

    test('keep tombstones, headers, empty values and missing keys apart', async () => {
      const topic = await bench.topic('shapes', { partitions: 1 });
      const at = { topic, timestamp: 5 };
      const records: NewRecord[] = [
        { ...at, key: 'tombstone', value: null },
        { ...at, key: 'empty', value: new Uint8Array(0) },
        { ...at, key: null, value: bytes('no key') },
        { ...at, key: '', value: bytes('empty key') },
        { ...at, key: 'headers', value: bytes('h'), headers: { traceparent: '00-ab-cd-01', note: 'größer' } },
      ];
      const writer = bench.engine.writer();
      await writer.append(records);
      await writer.close();
      const read = await bench.read(topic);
      expect(read.map(({ key, value }) => [key, text(value)])).toEqual(
        records.map(({ key, value }) => [key, text(value)]),
      );
      expect(read.map(({ headers }) => headers ?? {})).toEqual(records.map(({ headers }) => headers ?? {}));
    });

    test('a given partition beats the partitioner; without key and partition it is 0', async () => {
      const topic = await bench.topic('placed');
      const writer = bench.engine.writer();
      await writer.append([
        ...[0, 1, 2, 3].map((partition) => ({ topic, key: 'same', value: bytes('x'), timestamp: 1, partition })),
        ...[0, 1, 2, 3].map((partition) => ({ topic, key: null, value: bytes('marker'), timestamp: 1, partition })),
        { topic, key: null, value: bytes('nowhere'), timestamp: 1 },
      ]);
      await writer.close();
      expect((await bench.engine.offsets(topic)).map(({ end }) => end)).toEqual([3, 2, 2, 2]);
    });

    test('are all there after closing and opening again', async () => {
      const topic = await bench.topic('reopened');
      await bench.engine.writer().append(numbered(topic, 100));
      await bench.reopen();
      await bench.engine.writer().append(numbered(topic, 100));
      expect(await bench.read(topic)).toHaveLength(200);
    });
  });

  describe('readers', () => {
    test('begin at the beginning, at an offset, at a time, at the end', async () => {
      const topic = await bench.topic('positions', { partitions: 1 });
      const writer = bench.engine.writer();
      // One late record in the middle: the search by time finds the first one at or after it, in order of offset.
      const times = [10, 20, 30, 25, 40, 50];
      await writer.append(times.map((timestamp) => ({ topic, key: 'a', value: bytes('x'), timestamp })));
      const offsetsFrom = async (from: Parameters<Bench['read']>[1]): Promise<number[]> =>
        (await bench.read(topic, from)).map(({ offset }) => offset);
      expect(await offsetsFrom('beginning')).toEqual([0, 1, 2, 3, 4, 5]);
      expect(await offsetsFrom({ offsets: new Map([[0, 4]]) })).toEqual([4, 5]);
      expect(await offsetsFrom({ time: 30 })).toEqual([2, 3, 4, 5]);
      expect(await offsetsFrom({ time: 31 })).toEqual([4, 5]);
      expect(await offsetsFrom({ time: 0 })).toEqual([0, 1, 2, 3, 4, 5]);
      expect(await offsetsFrom({ time: 51 })).toEqual([]);
      expect(await offsetsFrom('end')).toEqual([]);
    });

    test('a search by time is exact in a long topic', async () => {
      const topic = await bench.topic('times', { partitions: 1 });
      const writer = bench.engine.writer();
      for (let b = 0; b < 5; b += 1) {
        const from = b * 1_000;
        await writer.append(
          Array.from({ length: 1_000 }, (_, i) => ({ topic, key: 'a', value: bytes('x'), timestamp: (from + i) * 10 })),
        );
      }
      for (const place of [0, 1, 1_023, 1_024, 1_025, 2_500, 4_999]) {
        const found = await bench.read(topic, { time: place * 10 - 5 });
        expect(found[0]?.offset).toBe(place);
      }
    });

    test('follow what comes after, see their positions, and end by close', async () => {
      const topic = await bench.topic('followed', { partitions: 2 });
      const writer = bench.engine.writer();
      await writer.append([{ topic, key: null, value: bytes('before'), timestamp: 1, partition: 1 }]);
      const reader = bench.engine.reader({ topic, from: 'end' });
      const seen: LogRecord[] = [];
      const reading = collect(reader, seen);
      await until('the end to be found', () => reader.positions().size === 2);
      for (let i = 0; i < 20; i += 1) {
        await writer.append([{ topic, key: null, value: bytes(`${i}`), timestamp: 2, partition: i % 2 }]);
        await until(`record ${i}`, () => seen.length === i + 1);
      }
      expect([...reader.positions()].sort()).toEqual([
        [0, 10],
        [1, 11],
      ]);
      expect(seen.map(({ value }) => text(value))).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`));
      await reader.close();
      await reading;
    });

    test('of chosen partitions see only those', async () => {
      const topic = await bench.topic('chosen');
      await bench.engine.writer().append(numbered(topic, 200));
      const read = await bench.read(topic, 'beginning', [1, 3]);
      expect(new Set(read.map(({ partition }) => partition))).toEqual(new Set([1, 3]));
      const ends = new Map((await bench.engine.offsets(topic)).map(({ partition, end }) => [partition, end]));
      expect(read).toHaveLength((ends.get(1) ?? 0) + (ends.get(3) ?? 0));
    });

    test('hand out big values in batches that fit into memory', async () => {
      const topic = await bench.topic('big', { partitions: 1 });
      const value = new Uint8Array(200_000).fill(7);
      const writer = bench.engine.writer();
      for (let i = 0; i < 30; i += 1) await writer.append([{ topic, key: `${i}`, value, timestamp: i }]);
      const read = await bench.read(topic);
      expect(read.map(({ value: found }) => found?.length)).toEqual(Array.from({ length: 30 }, () => value.length));
    });
  });

  describe('live topics', () => {
    test('a reader that keeps up sees the newest of each key', async () => {
      const topic = await bench.topic('live', { live: true, partitions: 2 });
      const reader = bench.engine.reader({ topic, from: 'end' });
      const seen: LogRecord[] = [];
      const reading = collect(reader, seen);
      await until('the end to be found', () => reader.positions().size === 2);
      const writer = bench.engine.writer();
      for (let i = 0; i < 10; i += 1) {
        await writer.append(['a', 'b', 'c'].map((key) => ({ topic, key, value: bytes(`${key}${i}`), timestamp: i })));
      }
      const newest = (): string[] =>
        [...new Map(seen.map(({ key, value }) => [key, text(value)])).values()].map(String).sort();
      await until('the last of each key', () => newest().join() === 'a9,b9,c9');
      await reader.close();
      await reading;
    });
  });
}

async function collect(reader: Reader, into: LogRecord[]): Promise<void> {
  for await (const batch of reader) into.push(...batch);
}
