import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogRecord, NewRecord } from '../port.ts';
import type { AbortedTransaction } from './client.ts';
import { readCommitted } from './committed-records.ts';
import { type FetchedBatch, readHead } from './fetched-batch.ts';
import { at, BatchEncoder, IS_CONTROL, IS_TRANSACTIONAL, recordBytesMax } from './record-batch.ts';

/** Version and type, of 16 bits each. */
const ABORT = '\0\0\0\0';
const COMMIT = '\0\0\0\x01';
const PLAIN_PRODUCER = -1n;

function record(value: string, key: string | null = null): NewRecord {
  return { topic: 't', key, value: Buffer.from(value), timestamp: 1_000 };
}

function batch(firstOffset: number, producerId: bigint, attributes: number, records: NewRecord[]): FetchedBatch {
  const bytesMax = records.reduce((bytes, one) => bytes + recordBytesMax(one), 0);
  const outgoing = { topic: 't', partition: 3, records, bytesMax, firstSequence: 0 };
  const bytes = new BatchEncoder().encode(outgoing, { producerId, producerEpoch: 0 });
  bytes.writeBigInt64BE(BigInt(firstOffset), at.firstOffset);
  bytes.writeInt16BE(attributes, at.attributes);
  return [bytes];
}

/** A partition as a broker would hold it, written by producers that commit and abort. */
class Partition {
  readonly batches: FetchedBatch[] = [];
  readonly committed: number[] = [];
  readonly #aborted: (AbortedTransaction & { readonly lastOffset: number })[] = [];
  readonly #open = new Map<bigint, { firstOffset: number; offsets: number[] }>();
  end = 0;

  append(producerId: bigint, count: number): void {
    const offsets = Array.from({ length: count }, (_, i) => this.end + i);
    const transactional = producerId !== PLAIN_PRODUCER;
    if (transactional) {
      const open = this.#open.get(producerId) ?? { firstOffset: this.end, offsets: [] };
      open.offsets.push(...offsets);
      this.#open.set(producerId, open);
    } else {
      this.committed.push(...offsets);
    }
    const records = offsets.map((offset) => record(`${offset}`));
    this.#add(batch(this.end, producerId, transactional ? IS_TRANSACTIONAL : 0, records));
  }

  finish(producerId: bigint, commit: boolean): void {
    const open = this.#open.get(producerId);
    if (!open) return;
    this.#open.delete(producerId);
    if (commit) this.committed.push(...open.offsets);
    else this.#aborted.push({ producerId, firstOffset: BigInt(open.firstOffset), lastOffset: this.end });
    this.#add(batch(this.end, producerId, IS_TRANSACTIONAL | IS_CONTROL, [record('', commit ? COMMIT : ABORT)]));
  }

  settle(): void {
    for (const producerId of [...this.#open.keys()]) this.finish(producerId, false);
  }

  #add(added: FetchedBatch): void {
    this.batches.push(added);
    this.end = readHead(added).lastOffset + 1;
  }

  /** What a broker answers: whole batches from the one that holds the offset, and the aborted transactions that touch them. */
  fetch(fetchOffset: number, batchesMost: number) {
    const from = this.batches.findIndex((b) => readHead(b).lastOffset >= fetchOffset);
    const batches = from < 0 ? [] : this.batches.slice(from, from + batchesMost);
    const last = batches.at(-1);
    const end = last === undefined ? fetchOffset : readHead(last).lastOffset;
    const aborted = this.#aborted.filter((a) => Number(a.firstOffset) <= end && a.lastOffset >= fetchOffset);
    return { topic: 't', partition: 3, fetchOffset, batches, aborted };
  }

  readAll(batchesMost: number): number[] {
    const seen: LogRecord[] = [];
    for (let next = 0; next < this.end; ) next = readCommitted(this.fetch(next, batchesMost), seen);
    return seen.map(({ offset }) => offset);
  }
}

const sorted = (offsets: readonly number[]): number[] => [...offsets].sort((left, right) => left - right);

test('an aborted transaction stays invisible when its marker comes in a later response', () => {
  const partition = new Partition();
  for (let i = 0; i < 5; i += 1) partition.append(7n, 10);
  partition.finish(7n, false);
  expect(partition.readAll(1)).toEqual([]);
});

test('of one producer every aborted transaction is invisible, and those between them are seen', () => {
  const partition = new Partition();
  for (const commit of [false, true, false, false, true]) {
    partition.append(7n, 2);
    partition.finish(7n, commit);
  }
  expect(partition.readAll(100)).toEqual([3, 4, 12, 13]);
});

test('a batch that begins before the wanted offset gives only the rest', () => {
  const partition = new Partition();
  partition.append(PLAIN_PRODUCER, 10);
  const seen: LogRecord[] = [];
  expect(readCommitted(partition.fetch(6, 1), seen)).toBe(10);
  expect(seen.map(({ offset, partition: at, timestamp }) => [offset, at, timestamp])).toEqual([
    [6, 3, 1_000],
    [7, 3, 1_000],
    [8, 3, 1_000],
    [9, 3, 1_000],
  ]);
});

test('whatever producers interleave, and however responses are cut, exactly the committed records are seen', () => {
  const step = fc.oneof(
    fc.record({ producer: fc.integer({ min: -1, max: 2 }), count: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ producer: fc.integer({ min: 0, max: 2 }), commit: fc.boolean() }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (steps, batchesMost) => {
      const partition = new Partition();
      for (const taken of steps) {
        if ('count' in taken) partition.append(BigInt(taken.producer), taken.count);
        else partition.finish(BigInt(taken.producer), taken.commit);
      }
      partition.settle();
      expect(partition.readAll(batchesMost)).toEqual(sorted(partition.committed));
    }),
  );
});
