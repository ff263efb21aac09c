/** A row for each record, a table for each partition: what compaction needs, which finds and removes them one by one. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { LogRecord, NewRecord } from '../port.ts';
import type { PartitionTable, TablePlace } from './partition-table.ts';

/** Every so many records the highest timestamp so far is noted, so that a search by time reads few of them. */
const recordsPerMark = 1_024;

type Row = readonly [
  offset: number,
  timestamp: number,
  key: string | null,
  value: Uint8Array | null,
  headers: string | null,
];

export class RecordTable implements PartitionTable {
  readonly #place: TablePlace;
  readonly #insert: StatementSync | undefined;
  readonly #insertMark: StatementSync | undefined;
  readonly #remove: StatementSync | undefined;
  readonly #removeMarks: StatementSync | undefined;
  readonly #select: StatementSync;
  readonly #last: StatementSync;
  readonly #since: StatementSync;
  readonly #high: StatementSync;
  readonly #markBefore: StatementSync;

  constructor(database: DatabaseSync, place: TablePlace, writes: boolean) {
    const table = tableOf(place.topicId, place.partition);
    const prepare = (sql: string): StatementSync | undefined => (writes ? database.prepare(sql) : undefined);
    this.#place = place;
    this.#insert = prepare(`INSERT INTO ${table} VALUES (?, ?, ?, ?, ?)`);
    this.#insertMark = prepare('INSERT OR REPLACE INTO time_marks VALUES (?, ?, ?, ?)');
    this.#remove = prepare(`DELETE FROM ${table} WHERE record_offset < ?`);
    this.#removeMarks = prepare('DELETE FROM time_marks WHERE topic = ? AND partition = ? AND record_offset < ?');
    this.#select = database.prepare(
      `SELECT record_offset, timestamp, key, value, headers FROM ${table} WHERE record_offset >= ? AND record_offset < ? ORDER BY record_offset LIMIT ?`,
    );
    this.#select.setReturnArrays(true);
    this.#last = database.prepare(`SELECT max(record_offset) AS last FROM ${table}`);
    this.#since = database.prepare(
      `SELECT record_offset FROM ${table} WHERE record_offset >= ? AND timestamp >= ? ORDER BY record_offset LIMIT 1`,
    );
    this.#high = database.prepare(`SELECT max(timestamp) AS high FROM ${table} WHERE record_offset >= ?`);
    this.#markBefore = database.prepare(
      'SELECT record_offset, high FROM time_marks WHERE topic = ? AND partition = ? AND high < ? ORDER BY record_offset DESC LIMIT 1',
    );
  }

  static create(database: DatabaseSync, { topicId, partition }: Pick<TablePlace, 'topicId' | 'partition'>): void {
    const table = tableOf(topicId, partition);
    database.exec(
      `CREATE TABLE ${table} (record_offset INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL, key TEXT, value BLOB, headers TEXT)`,
    );
    database.exec(`CREATE INDEX ${table}_key ON ${table} (key, record_offset)`);
    database.exec(`CREATE INDEX ${table}_tombstones ON ${table} (timestamp) WHERE value IS NULL`);
  }

  append(base: number, records: readonly NewRecord[], high: number): void {
    const { topicId, partition } = this.#place;
    let [offset, highest] = [base, high];
    for (const { timestamp, key, value, headers } of records) {
      if (offset > 0 && offset % recordsPerMark === 0) this.#insertMark?.run(topicId, partition, offset, highest);
      this.#insert?.run(offset, timestamp, key, value, headers ? JSON.stringify(headers) : null);
      offset += 1;
      if (timestamp > highest) highest = timestamp;
    }
  }

  /** Nothing is kept in memory. */
  rolledBack(): void {}

  read(from: number, before: number, max: number): LogRecord[] {
    const { topic, partition } = this.#place;
    const rows = this.#select.all(from, before, max) as unknown as Row[];
    return rows.map(([offset, timestamp, key, value, headers]) =>
      headers === null
        ? { topic, partition, offset, timestamp, key, value }
        : { topic, partition, offset, timestamp, key, value, headers: JSON.parse(headers) as Record<string, string> },
    );
  }

  end(): number {
    const last = this.#last.get()?.last;
    return typeof last === 'number' ? last + 1 : 0;
  }

  offsetAt(timeMs: number): number | undefined {
    const row = this.#since.get(Number(this.#mark(timeMs)?.record_offset ?? 0), timeMs);
    return row === undefined ? undefined : Number(row.record_offset);
  }

  high(): number | undefined {
    const mark = this.#mark(Number.MAX_SAFE_INTEGER);
    const since = this.#high.get(Number(mark?.record_offset ?? 0))?.high;
    const known = [mark?.high, since].filter((high) => typeof high === 'number');
    return known.length === 0 ? undefined : Math.max(...known);
  }

  removeBefore(offset: number): void {
    const { topicId, partition } = this.#place;
    this.#remove?.run(offset);
    this.#removeMarks?.run(topicId, partition, offset);
  }

  /** The last one before which everything is older than a time. */
  #mark(timeMs: number) {
    return this.#markBefore.get(this.#place.topicId, this.#place.partition, timeMs);
  }
}

/** Also for compaction, which has statements of its own. */
export const tableOf = (topicId: number, partition: number): string => `records_${topicId}_${partition}`;
