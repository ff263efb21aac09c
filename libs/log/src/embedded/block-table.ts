/** One partition of a topic that is not compacted: a row for what one commit brought, as long as that fits into a block. */
import { crc32 } from 'node:zlib';
import { ScreenerError } from '@screener/errors';
import type { LogRecord, NewRecord } from '../port.ts';
import { type BlockRows, type Mark, markDistance } from './block-rows.ts';
import type { PartitionTable, TablePlace } from './partition-table.ts';
import { type BlockEncoder, decodeBlock } from './record-block.ts';

/** A newest block that is larger is not kept in memory. */
const bytesKeptMax = 131_072;
/** So many readers of one partition go on where they were; others look at a few rows more. */
const placesKeptMax = 32;

type Row = readonly [base: number, count: number, checksum: number, records: Uint8Array, id: number];

export class BlockTable implements PartitionTable {
  readonly #rows: BlockRows;
  readonly #place: TablePlace;
  readonly #encoder: BlockEncoder;
  /**
   * What was appended last, for those who follow: they ask for nothing else, and the moment it is committed. Whether it was
   * is their business: nobody asks for what lies beyond the end.
   */
  #newest: { readonly base: number; readonly count: number; readonly bytes: Uint8Array } | undefined;
  /** Id of the last mark; undefined: not known. */
  #marked: number | undefined;
  /** By offset, an id that is not above that of its block. */
  readonly #places = new Map<number, number>();
  /** Nobody asks for blocks below this id any more. */
  #oldest = 0;
  /** How far the end was followed, where another process writes. */
  #followed = { id: 0, end: 0 };

  constructor(rows: BlockRows, place: TablePlace, encoder: BlockEncoder) {
    this.#rows = rows;
    this.#place = place;
    this.#encoder = encoder;
  }

  append(base: number, records: readonly NewRecord[], high: number): void {
    const { partition } = this.#place;
    let highest = high;
    for (let begin = 0; begin < records.length; ) {
      const block = this.#encoder.encode(records, begin);
      const { count, bytes } = block;
      const id = this.#rows.nextId(bytes.length);
      this.#rows.insert?.run(id, partition, base + begin, count, block.high, crc32(bytes), bytes);
      this.#markWhereDue({ base: base + begin, id, high: highest });
      const isLast = begin + count === records.length && bytes.length <= bytesKeptMax;
      this.#newest = isLast ? { base: base + begin, count, bytes } : undefined;
      highest = Math.max(highest, block.high);
      begin += count;
    }
  }

  rolledBack(): void {
    this.#marked = undefined;
  }

  read(from: number, before: number, max: number): LogRecord[] {
    const records: LogRecord[] = [];
    const newest = this.#newest;
    if (newest !== undefined && from >= newest.base) {
      // A copy: what one reader does with its records is nothing to the others.
      const bytes = new Uint8Array(newest.bytes);
      decodeBlock(bytes, { ...this.#place, ...newest }, { from, before, max }, records);
      return records;
    }
    const { partition } = this.#place;
    let known = this.#places.get(from) ?? this.#oldest;
    for (const [first, end] of this.#stretches(this.#rows.markAt(partition, from))) {
      for (const row of this.#rows.select.iterate(Math.max(first, known), end, partition, from, before)) {
        const [base, count, checksum, bytes, id] = row as unknown as Row;
        if (crc32(bytes) !== checksum) throw this.#damaged(base);
        decodeBlock(bytes, { ...this.#place, base, count }, { from, before, max }, records);
        known = id;
        if (records.length >= max) break;
      }
      if (records.length >= max || after(records) >= before) break;
    }
    if (records.length > 0) this.#goesOn(after(records), known);
    return records;
  }

  end(): number {
    const { partition } = this.#place;
    const last = this.#rows.markAt(partition, Number.MAX_SAFE_INTEGER);
    if (last === undefined) return 0;
    const first = Math.max(last.id, this.#followed.id);
    this.#followed = this.#rows.summary(partition, first, last.id + markDistance) ?? this.#followed;
    return Math.max(this.#followed.end, last.base);
  }

  offsetAt(timeMs: number): number | undefined {
    const { partition } = this.#place;
    for (const [first, end] of this.#stretches(this.#rows.markBefore(partition, timeMs))) {
      const row = this.#rows.young.get(Math.max(first, this.#oldest), end, partition, timeMs);
      if (row === undefined) continue;
      const [base, count] = [Number(row.base_offset), Number(row.count)];
      return this.read(base, base + count, count).find(({ timestamp }) => timestamp >= timeMs)?.offset;
    }
    return undefined;
  }

  high(): number | undefined {
    const last = this.#rows.markAt(this.#place.partition, Number.MAX_SAFE_INTEGER);
    if (last === undefined) return undefined;
    const found = this.#rows.summary(this.#place.partition, last.id, last.id + markDistance);
    return Math.max(last.high, found?.high ?? last.high);
  }

  /** The blocks themselves go together with those of the other partitions. */
  removeBefore(offset: number): void {
    this.#rows.removeMarks(this.#place.partition, offset);
  }

  /** Id of the first block that is needed by whoever asks for nothing before `offset`; none: there is no such block. */
  firstNeeded(offset: number): number | undefined {
    const { partition } = this.#place;
    for (const [first, end] of this.#stretches(this.#rows.markAt(partition, offset))) {
      const id = this.#rows.idOf(partition, offset, Math.max(first, this.#oldest), end);
      if (id !== undefined) return id;
    }
    return undefined;
  }

  /** Blocks below this id are not needed. */
  neededFrom(id: number): void {
    this.#oldest = id;
  }

  /** Ids from a mark on among which the blocks of this partition are, up to the next mark, and so on. */
  *#stretches(from: Mark | undefined): Generator<readonly [first: number, end: number]> {
    for (let mark = from; mark !== undefined; ) {
      const next = this.#rows.markAfter(this.#place.partition, mark.base);
      yield [mark.id, Math.min(mark.id + markDistance, next?.id ?? Infinity)];
      mark = next;
    }
  }

  #markWhereDue(mark: Mark): void {
    const { partition } = this.#place;
    this.#marked ??= this.#rows.markAt(partition, Number.MAX_SAFE_INTEGER)?.id ?? -markDistance;
    if (mark.id - this.#marked < markDistance) return;
    this.#rows.mark(partition, mark);
    this.#marked = mark.id;
  }

  #goesOn(offset: number, id: number): void {
    this.#places.set(offset, id);
    if (this.#places.size <= placesKeptMax) return;
    const oldest = this.#places.keys().next();
    if (!oldest.done) this.#places.delete(oldest.value);
  }

  #damaged(base: number): ScreenerError {
    const { file, topic, partition } = this.#place;
    const reason = `records from offset ${base} on are not what was written, found in topic '${topic}' partition ${partition}`;
    return new ScreenerError('LOG_CORRUPT', { file, reason });
  }
}

const after = (records: readonly LogRecord[]): number => (records.at(-1)?.offset ?? -1) + 1;
