/** What somebody would write by hand instead of our embedded log: one table, one transaction per batch, as durable. */
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { BenchRecord } from './records.ts';

export class SqliteTable {
  readonly database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #select: StatementSync;
  readonly #offset: StatementSync;

  constructor(directory: string, name = 'records') {
    this.database = new DatabaseSync(join(directory, `${name}.sqlite`));
    // As durable as our own file; everything else as it comes.
    this.database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    this.database.exec(
      'CREATE TABLE IF NOT EXISTS records (id INTEGER PRIMARY KEY, topic TEXT, key TEXT, timestamp INTEGER, value BLOB)',
    );
    this.database.exec('CREATE TABLE IF NOT EXISTS offsets (name TEXT PRIMARY KEY, next INTEGER)');
    this.#insert = this.database.prepare('INSERT INTO records (topic, key, timestamp, value) VALUES (?, ?, ?, ?)');
    this.#select = this.database.prepare(
      'SELECT id, topic, key, timestamp, value FROM records WHERE id > ? ORDER BY id',
    );
    this.#offset = this.database.prepare('INSERT OR REPLACE INTO offsets VALUES (?, ?)');
  }

  /** Durable when it returns. */
  append(topic: string, records: readonly BenchRecord[], offset?: number): void {
    this.database.exec('BEGIN IMMEDIATE');
    for (const { key, timestamp, value } of records) this.#insert.run(topic, key, timestamp, value);
    if (offset !== undefined) this.#offset.run(topic, offset);
    this.database.exec('COMMIT');
  }

  *after(id: number): Iterable<{ id: number; key: string; timestamp: number; value: Uint8Array }> {
    for (const row of this.#select.iterate(id)) {
      yield {
        id: Number(row.id),
        key: String(row.key),
        timestamp: Number(row.timestamp),
        value: row.value as Uint8Array,
      };
    }
  }
}
