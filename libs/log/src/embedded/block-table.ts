/** A row for what one commit brought, as long as it is not too much for a block: for topics that are not compacted. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { ScreenerError } from '@screener/errors';
import type { LogRecord, NewRecord } from '../port.ts';
import type { PartitionTable, TablePlace } from './partition-table.ts';
import { type BlockEncoder, decodeBlock } from './record-block.ts';

/** A newest block that is larger is not kept in memory. */
const bytesKeptMax = 131_072;

type Row = readonly [base: number, count: number, checksum: number, records: Uint8Array];

export class BlockTable implements PartitionTable {
  readonly #place: TablePlace;
  readonly #encoder: BlockEncoder;
  /**
   * What was appended last, for those who follow: they ask for nothing else, and the moment it is committed. Whether it was
   * is their business: nobody asks for what lies beyond the end.
   */
  #newest: { readonly base: number; readonly count: number; readonly bytes: Uint8Array } | undefined;
  readonly #insert: StatementSync | undefined;
  readonly #remove: StatementSync | undefined;
  readonly #select: StatementSync;
  readonly #last: StatementSync;
  readonly #since: StatementSync;
  readonly #high: StatementSync;

  constructor(database: DatabaseSync, place: TablePlace, encoder: BlockEncoder, writes: boolean) {
    const { table } = place;
    this.#place = place;
    this.#encoder = encoder;
    this.#insert = writes ? database.prepare(`INSERT INTO ${table} VALUES (?, ?, ?, ?, ?)`) : undefined;
    this.#remove = writes
      ? database.prepare(`DELETE FROM ${table} WHERE base_offset < ?1 AND base_offset + count <= ?1`)
      : undefined;
    // The first block is the one that holds `from`.
    this.#select = database.prepare(
      `SELECT base_offset, count, checksum, records FROM ${table}
        WHERE base_offset >= coalesce((SELECT max(base_offset) FROM ${table} WHERE base_offset <= ?1), ?1) AND base_offset < ?2
        ORDER BY base_offset`,
    );
    this.#select.setReturnArrays(true);
    this.#last = database.prepare(
      `SELECT base_offset + count AS after FROM ${table} ORDER BY base_offset DESC LIMIT 1`,
    );
    this.#since = database.prepare(
      `SELECT base_offset, count FROM ${table} WHERE base_offset >= ? AND high >= ? ORDER BY base_offset LIMIT 1`,
    );
    this.#high = database.prepare(`SELECT max(high) AS high FROM ${table} WHERE base_offset >= ?`);
  }

  static create(database: DatabaseSync, table: string): void {
    database.exec(
      `CREATE TABLE ${table} (base_offset INTEGER PRIMARY KEY, count INTEGER NOT NULL, high INTEGER NOT NULL, checksum INTEGER NOT NULL, records BLOB NOT NULL)`,
    );
  }

  append(base: number, records: readonly NewRecord[]): void {
    for (let begin = 0; begin < records.length; ) {
      const { count, high, bytes } = this.#encoder.encode(records, begin);
      this.#insert?.run(base + begin, count, high, crc32(bytes), bytes);
      const isLast = begin + count === records.length && bytes.length <= bytesKeptMax;
      this.#newest = isLast ? { base: base + begin, count, bytes: new Uint8Array(bytes) } : undefined;
      begin += count;
    }
  }

  read(from: number, before: number, max: number): LogRecord[] {
    const records: LogRecord[] = [];
    const newest = this.#newest;
    if (newest !== undefined && from >= newest.base) {
      const { base, count, bytes } = newest;
      // A copy: what one reader does with its records is nothing to the others.
      decodeBlock(new Uint8Array(bytes), { ...this.#place, base, count }, { from, before, max }, records);
      return records;
    }
    for (const row of this.#select.iterate(from, before)) {
      const [base, count, checksum, bytes] = row as unknown as Row;
      if (crc32(bytes) !== checksum) throw this.#damaged(base);
      decodeBlock(bytes, { ...this.#place, base, count }, { from, before, max }, records);
      if (records.length >= max) break;
    }
    return records;
  }

  end(): number {
    return Number(this.#last.get()?.after ?? 0);
  }

  offsetSince(from: number, timeMs: number): number | undefined {
    const row = this.#since.get(from, timeMs);
    if (row === undefined) return undefined;
    const [base, count] = [Number(row.base_offset), Number(row.count)];
    return this.read(base, base + count, count).find(({ timestamp }) => timestamp >= timeMs)?.offset;
  }

  highSince(from: number): number | undefined {
    const high = this.#high.get(from)?.high;
    return typeof high === 'number' ? high : undefined;
  }

  removeBefore(offset: number): void {
    this.#remove?.run(offset);
  }

  #damaged(base: number): ScreenerError {
    const { file, topic, partition } = this.#place;
    const reason = `records from offset ${base} on are not what was written, found in topic '${topic}' partition ${partition}`;
    return new ScreenerError('LOG_CORRUPT', { file, reason });
  }
}
