/** The SQLite file of the embedded log: opened, checked, its schema made. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ScreenerError } from '@screener/errors';
import { blockMarks } from './block-rows.ts';
import { translating } from './sqlite-errors.ts';

export type Mode = 'write' | 'read';

export interface LogFile {
  readonly directory: string;
  readonly file: string;
  readonly mode: Mode;
  readonly database: DatabaseSync;
  /** Made with the file; a consumer's store must not mix two. */
  readonly cluster: string;
}

/** Stands in PRAGMA user_version. Rises with every change that an older version would misread. */
export const schemaVersion = 3;

/** Retention never passes the lowest offset that a group needs to take over. */
const protections = `
  CREATE TABLE protections (topic INTEGER, partition INTEGER, group_name TEXT, record_offset INTEGER NOT NULL,
    PRIMARY KEY (topic, partition, group_name)) WITHOUT ROWID;
`;

/** Records lie in tables that come with their topics: see block-rows.ts and record-table.ts. */
const schema = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE topics (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, topic_id TEXT NOT NULL, spec TEXT NOT NULL,
    layout TEXT NOT NULL, next_block INTEGER NOT NULL DEFAULT 1);
  CREATE TABLE partitions (topic INTEGER, partition INTEGER, beginning INTEGER NOT NULL, cleaned INTEGER NOT NULL,
    known_end INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (topic, partition)) WITHOUT ROWID;
  CREATE TABLE time_marks (topic INTEGER, partition INTEGER, record_offset INTEGER, high INTEGER NOT NULL,
    PRIMARY KEY (topic, partition, record_offset)) WITHOUT ROWID;
  CREATE TABLE group_offsets (group_name TEXT, topic TEXT, partition INTEGER, next_offset INTEGER NOT NULL,
    PRIMARY KEY (group_name, topic, partition)) WITHOUT ROWID;
  ${protections}
  ${blockMarks}
`;

/** What each version needs to become the next one. */
const migrations: Readonly<Record<number, string>> = {
  1: `ALTER TABLE partitions ADD COLUMN known_end INTEGER NOT NULL DEFAULT 0; ${protections}`,
  // Topics that are there keep a row for each record.
  2: `ALTER TABLE topics ADD COLUMN layout TEXT NOT NULL DEFAULT 'records';
    ALTER TABLE topics ADD COLUMN next_block INTEGER NOT NULL DEFAULT 1; ${blockMarks}`,
};

const pageBytes = 4_096;
/** How long a reader waits for a checkpoint or a schema change of the writer. */
const busyTimeoutMs = 5_000;
/**
 * After so many pages (16 MB) a commit copies into the file what the checkpointer has not copied yet, and its writer waits:
 * a bound, reached only where writing never pauses.
 */
const checkpointPages = 4_000;

export function openLogFile(directory: string, mode: Mode, bytesMax?: number): LogFile {
  const file = join(directory, 'log.sqlite');
  if (mode === 'read' && !existsSync(file)) {
    throw new ScreenerError('FILE_UNREADABLE', {
      file,
      reason: 'no such file',
      expected: 'a log; screener start makes one',
    });
  }
  return translating(file, () => {
    const database = new DatabaseSync(file, { readOnly: mode === 'read', timeout: busyTimeoutMs });
    try {
      prepare(database, file, mode);
      if (bytesMax !== undefined) database.exec(`PRAGMA max_page_count = ${Math.ceil(bytesMax / pageBytes)}`);
      return { directory, file, mode, database, cluster: readCluster(database, file) };
    } catch (thrown) {
      database.close();
      throw thrown;
    }
  });
}

function prepare(database: DatabaseSync, file: string, mode: Mode): void {
  const found = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (found > schemaVersion) throw new ScreenerError('LOG_NEWER', { file, found, expected: schemaVersion });
  if (found > 0 && !hasMeta(database)) throw notALog(file);
  if (mode === 'read') {
    mustBeCurrent(file, found);
    return;
  }
  // Of a new file only: pages that retention frees can be given back a few at a time. An older file uses them again.
  if (found === 0) database.exec('PRAGMA auto_vacuum = INCREMENTAL');
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${checkpointPages}`);
  for (let version = found; version > 0 && version < schemaVersion; version += 1) {
    database.exec(`BEGIN IMMEDIATE; ${migrations[version]}; PRAGMA user_version = ${version + 1}; COMMIT`);
  }
  if (found > 0) return;
  database.exec(`BEGIN IMMEDIATE; ${schema}`);
  database.prepare("INSERT INTO meta VALUES ('cluster', ?)").run(`embedded-${randomUUID()}`);
  database.exec(`PRAGMA user_version = ${schemaVersion}; COMMIT`);
}

function readCluster(database: DatabaseSync, file: string): string {
  const row = hasMeta(database) ? database.prepare("SELECT value FROM meta WHERE name = 'cluster'").get() : undefined;
  if (typeof row?.value === 'string') return row.value;
  throw notALog(file);
}

/** Whoever only reads cannot bring an older file up to date. */
function mustBeCurrent(file: string, found: number): void {
  if (found === 0) throw notALog(file);
  if (found === schemaVersion) return;
  const reason = `it is from an older version (${found}, this one has ${schemaVersion})`;
  throw new ScreenerError('FILE_UNREADABLE', { file, reason, expected: 'a log of today; screener start makes it one' });
}

const notALog = (file: string): ScreenerError =>
  new ScreenerError('LOG_CORRUPT', { file, reason: 'it is an SQLite file without the tables of a log' });

const hasMeta = (database: DatabaseSync): boolean =>
  database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'meta'").get() !== undefined;

/**
 * What nobody was promised, such as what retention removes, need not wait for the disk while everybody else waits: it is
 * durable with the next commit, whose fsync is of the same file.
 */
export function withoutFsync<T>({ database }: LogFile, work: () => T): T {
  database.exec('PRAGMA synchronous = NORMAL');
  try {
    return work();
  } finally {
    database.exec('PRAGMA synchronous = FULL');
  }
}
