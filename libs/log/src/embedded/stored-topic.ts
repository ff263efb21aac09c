/** A topic in the SQLite file: one table per partition, offsets without gaps as they are appended. */
import type { StatementSync } from 'node:sqlite';
import type { LogRecord, NewRecord } from '../port.ts';
import type { TopicDescription } from '../topology.ts';
import type { LogFile } from './log-file.ts';
import type { PartitionSource } from './partition-source.ts';
import { translating } from './sqlite-errors.ts';

/** Every so many records the highest timestamp so far is noted, so that a search by time reads at most so many. */
const recordsPerTimeMark = 1_024;

type Row = readonly [
  offset: number,
  timestamp: number,
  key: string | null,
  value: Uint8Array | null,
  headers: string | null,
];

interface StoredPartition {
  readonly table: string;
  readonly select: StatementSync;
  readonly insert: StatementSync | undefined;
  readonly last: StatementSync;
  /** The first record at or after an offset that is at or after a time. */
  readonly since: StatementSync;
  /** Kept in step by the one writer; a read-only opening asks the file each time. */
  end: number;
  /** Highest timestamp of all records so far: rises with the offset, which makes time searchable. */
  high: number;
}

/** Ends as they were before a transaction, to go back to when it fails. */
export type Savepoint = readonly (readonly [end: number, high: number])[];

export class StoredTopic implements PartitionSource {
  readonly id: number;
  description: TopicDescription;
  readonly #log: LogFile;
  readonly #partitions: readonly StoredPartition[];
  readonly #beginning: StatementSync;
  readonly #knownEnd: StatementSync;
  readonly #markBefore: StatementSync;
  readonly #insertMark: StatementSync | undefined;

  constructor(log: LogFile, id: number, description: TopicDescription) {
    this.id = id;
    this.description = description;
    this.#log = log;
    const { database } = log;
    this.#beginning = database.prepare('SELECT beginning FROM partitions WHERE topic = ? AND partition = ?');
    this.#knownEnd = database.prepare(
      'SELECT max(beginning, known_end) AS end FROM partitions WHERE topic = ? AND partition = ?',
    );
    this.#markBefore = database.prepare(
      'SELECT record_offset, high FROM time_marks WHERE topic = ? AND partition = ? AND high < ? ORDER BY record_offset DESC LIMIT 1',
    );
    this.#insertMark =
      log.mode === 'write' ? database.prepare('INSERT OR REPLACE INTO time_marks VALUES (?, ?, ?, ?)') : undefined;
    this.#partitions = Array.from({ length: description.partitions }, (_, partition) => this.#open(partition));
  }

  /** Makes the tables of a new topic; the caller holds the transaction. */
  static createTables(log: LogFile, id: number, description: TopicDescription): void {
    const rows = log.database.prepare(
      'INSERT INTO partitions (topic, partition, beginning, cleaned) VALUES (?, ?, 0, 0)',
    );
    for (let partition = 0; partition < description.partitions; partition += 1) {
      const table = tableOf(id, partition);
      rows.run(id, partition);
      log.database.exec(
        `CREATE TABLE ${table} (record_offset INTEGER PRIMARY KEY, timestamp INTEGER NOT NULL, key TEXT, value BLOB, headers TEXT)`,
      );
      if (!description.compact) continue;
      log.database.exec(`CREATE INDEX ${table}_key ON ${table} (key, record_offset)`);
      log.database.exec(`CREATE INDEX ${table}_tombstones ON ${table} (timestamp) WHERE value IS NULL`);
    }
  }

  /** Appends one record inside the caller's transaction. */
  append(partition: number, record: NewRecord): void {
    const { insert } = this.#partition(partition);
    const into = this.#partition(partition);
    if (insert === undefined || this.#insertMark === undefined)
      throw new TypeError('append to a log opened for reading');
    const offset = into.end;
    if (offset > 0 && offset % recordsPerTimeMark === 0) this.#insertMark.run(this.id, partition, offset, into.high);
    insert.run(
      offset,
      record.timestamp,
      record.key,
      record.value,
      record.headers ? JSON.stringify(record.headers) : null,
    );
    into.end = offset + 1;
    if (record.timestamp > into.high) into.high = record.timestamp;
  }

  savepoint(): Savepoint {
    return this.#partitions.map(({ end, high }) => [end, high] as const);
  }

  restore(savepoint: Savepoint): void {
    for (const [index, [end, high]] of savepoint.entries()) Object.assign(this.#partition(index), { end, high });
  }

  tableOf(partition: number): string {
    return this.#partition(partition).table;
  }

  beginning(partition: number): number {
    return this.#translating(partition, () => Number(this.#beginning.get(this.id, partition)?.beginning ?? 0));
  }

  end(partition: number): number {
    const at = this.#partition(partition);
    return this.#log.mode === 'write' ? at.end : this.#readEnd(at, partition);
  }

  offsetAt(partition: number, timeMs: number): number {
    return this.#translating(partition, () => {
      const mark = this.#markBefore.get(this.id, partition, timeMs);
      const row = this.#partition(partition).since.get(Number(mark?.record_offset ?? 0), timeMs);
      return row === undefined ? this.end(partition) : Number(row.record_offset);
    });
  }

  read(partition: number, from: number, before: number, max: number): LogRecord[] {
    const rows = this.#translating(partition, () => this.#partition(partition).select.all(from, before, max));
    const topic = this.description.name;
    return (rows as unknown as Row[]).map(([offset, timestamp, key, value, headers]) =>
      headers === null
        ? { topic, partition, offset, timestamp, key, value }
        : { topic, partition, offset, timestamp, key, value, headers: JSON.parse(headers) as Record<string, string> },
    );
  }

  #open(partition: number): StoredPartition {
    const { database, mode } = this.#log;
    const table = tableOf(this.id, partition);
    const select = database.prepare(
      `SELECT record_offset, timestamp, key, value, headers FROM ${table} WHERE record_offset >= ? AND record_offset < ? ORDER BY record_offset LIMIT ?`,
    );
    select.setReturnArrays(true);
    const opened: StoredPartition = {
      table,
      select,
      insert: mode === 'write' ? database.prepare(`INSERT INTO ${table} VALUES (?, ?, ?, ?, ?)`) : undefined,
      last: database.prepare(`SELECT max(record_offset) AS last FROM ${table}`),
      since: database.prepare(
        `SELECT record_offset FROM ${table} WHERE record_offset >= ? AND timestamp >= ? ORDER BY record_offset LIMIT 1`,
      ),
      end: 0,
      high: Number.MIN_SAFE_INTEGER,
    };
    if (mode === 'read') return opened;
    opened.end = this.#readEnd(opened, partition);
    const mark = this.#markBefore.get(this.id, partition, Number.MAX_SAFE_INTEGER);
    const since = database
      .prepare(`SELECT max(timestamp) AS high FROM ${table} WHERE record_offset >= ?`)
      .get(Number(mark?.record_offset ?? 0));
    opened.high = Math.max(
      Number(mark?.high ?? Number.MIN_SAFE_INTEGER),
      Number(since?.high ?? Number.MIN_SAFE_INTEGER),
    );
    return opened;
  }

  /** Where retention or compaction took the last records away, what they noted tells where the partition goes on. */
  #readEnd(at: StoredPartition, partition: number): number {
    return this.#translating(partition, () => {
      const last = at.last.get()?.last;
      const known = Number(this.#knownEnd.get(this.id, partition)?.end ?? 0);
      return Math.max(known, typeof last === 'number' ? last + 1 : 0);
    });
  }

  /** Damage is found where it is read: the error names the place. */
  #translating<T>(partition: number, work: () => T): T {
    return translating(this.#log.file, work, `topic '${this.description.name}' partition ${partition}`);
  }

  #partition(partition: number): StoredPartition {
    const found = this.#partitions[partition];
    if (found === undefined) throw new RangeError(`partition ${partition} of ${this.description.name}`);
    return found;
  }
}

const tableOf = (id: number, partition: number): string => `records_${id}_${partition}`;
