/** A row for each record: what compaction needs, which finds and removes them one by one. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { LogRecord, NewRecord } from '../port.ts';
import type { PartitionTable, TablePlace } from './partition-table.ts';

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
  readonly #remove: StatementSync | undefined;
  readonly #select: StatementSync;
  readonly #last: StatementSync;
  readonly #since: StatementSync;
  readonly #high: StatementSync;

  constructor(database: DatabaseSync, place: TablePlace, writes: boolean) {
    const { table } = place;
    this.#place = place;
    this.#insert = writes ? database.prepare(`INSERT INTO ${table} VALUES (?, ?, ?, ?, ?)`) : undefined;
    this.#remove = writes ? database.prepare(`DELETE FROM ${table} WHERE record_offset < ?`) : undefined;
    this.#select = database.prepare(
      `SELECT record_offset, timestamp, key, value, headers FROM ${table} WHERE record_offset >= ? AND record_offset < ? ORDER BY record_offset LIMIT ?`,
    );
    this.#select.setReturnArrays(true);
    this.#last = database.prepare(`SELECT max(record_offset) AS last FROM ${table}`);
    this.#since = database.prepare(
      `SELECT record_offset FROM ${table} WHERE record_offset >= ? AND timestamp >= ? ORDER BY record_offset LIMIT 1`,
    );
    this.#high = database.prepare(`SELECT max(timestamp) AS high FROM ${table} WHERE record_offset >= ?`);
  }

  static create(database: DatabaseSync, table: string, compact: boolean): void {
    database.exec(
      `CREATE TABLE ${table} (record_offset INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL, key TEXT, value BLOB, headers TEXT)`,
    );
    if (!compact) return;
    database.exec(`CREATE INDEX ${table}_key ON ${table} (key, record_offset)`);
    database.exec(`CREATE INDEX ${table}_tombstones ON ${table} (timestamp) WHERE value IS NULL`);
  }

  append(base: number, records: readonly NewRecord[]): void {
    let offset = base;
    for (const { timestamp, key, value, headers } of records) {
      this.#insert?.run(offset, timestamp, key, value, headers ? JSON.stringify(headers) : null);
      offset += 1;
    }
  }

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

  offsetSince(from: number, timeMs: number): number | undefined {
    const row = this.#since.get(from, timeMs);
    return row === undefined ? undefined : Number(row.record_offset);
  }

  highSince(from: number): number | undefined {
    const high = this.#high.get(from)?.high;
    return typeof high === 'number' ? high : undefined;
  }

  removeBefore(offset: number): void {
    this.#remove?.run(offset);
  }
}
