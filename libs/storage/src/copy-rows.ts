/** Rows into a table by COPY, the fastest way in that PostgreSQL has. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ScreenerError } from '@screener/errors';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { sqlStateOf, UNIQUE_VIOLATION } from './database-error.ts';

export type CopyValue = string | number | bigint | boolean | Date | null;
export type CopyRow = readonly CopyValue[];

/** Where rows go; the order of `columns` is that of the values of a row. */
export interface CopyTarget {
  readonly table: string;
  readonly columns: readonly string[];
}

export interface MergeTarget extends CopyTarget {
  readonly key: readonly string[];
  /** What happens to a row whose key is there already. */
  readonly onConflict: 'replace' | 'keep';
}

const CHUNK_CHARACTERS = 64 * 1024;
const ISO_LENGTH = '2026-01-01T00:00:00.000Z'.length;
const mustBeEscaped = /[\\\t\n\r]/g;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const listOf = (names: readonly string[]): string => names.map(quoted).join(', ');

/** Straight COPY: a key that is there already fails the transaction. */
export async function copyRows(client: PoolClient, target: CopyTarget, rows: Iterable<CopyRow>): Promise<void> {
  await copyLines(client, target, linesOf(target, rows));
}

/** The same for rows that `copyLine` has written before. */
async function copyLines(client: PoolClient, target: CopyTarget, lines: Iterable<string>): Promise<void> {
  const sql = `COPY ${quoted(target.table)} (${listOf(target.columns)}) FROM STDIN`;
  await pipeline(Readable.from(chunksOf(lines)), client.query(copyFrom(sql)));
}

/**
 * Lines of `copyLine` into a table where some of them may be already.
 * Straight COPY first, because a sink whose offset commits with its rows meets no key twice; only where somebody else wrote
 * such a row (an import, an older log) the batch goes through a staging table, which costs about twice as much.
 * To be called in a transaction.
 */
export async function mergeLines(client: PoolClient, target: MergeTarget, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  await client.query('SAVEPOINT straight_copy');
  try {
    await copyLines(client, target, lines);
    await client.query('RELEASE SAVEPOINT straight_copy');
  } catch (cause) {
    if (sqlStateOf(cause) !== UNIQUE_VIOLATION) throw cause;
    await client.query('ROLLBACK TO SAVEPOINT straight_copy');
    await mergeStaged(client, target, lines);
  }
}

async function mergeStaged(client: PoolClient, target: MergeTarget, lines: readonly string[]): Promise<void> {
  const { table, columns, key, onConflict } = target;
  const staging = `staging_${table}`;
  await client.query(`CREATE TEMP TABLE ${quoted(staging)} (LIKE ${quoted(table)} INCLUDING DEFAULTS) ON COMMIT DROP`);
  await copyLines(client, { table: staging, columns }, lines);
  const replaced = columns
    .filter((column) => !key.includes(column))
    .map((column) => `${quoted(column)} = excluded.${quoted(column)}`);
  const action = onConflict === 'keep' ? 'DO NOTHING' : `DO UPDATE SET ${replaced.join(', ')}`;
  // One key twice in a batch: the later row counts (its place in a fresh table is its order), unless the first is kept.
  const order = `${listOf(key)}, ctid ${onConflict === 'keep' ? 'ASC' : 'DESC'}`;
  await client.query(
    `INSERT INTO ${quoted(table)} (${listOf(columns)})
     SELECT DISTINCT ON (${listOf(key)}) ${listOf(columns)} FROM ${quoted(staging)} ORDER BY ${order}
     ON CONFLICT (${listOf(key)}) ${action}`,
  );
  await client.query(`DROP TABLE ${quoted(staging)}`);
}

function* linesOf(target: CopyTarget, rows: Iterable<CopyRow>): Generator<string> {
  let index = 0;
  for (const row of rows) yield copyLine(target, row, index++);
}

function* chunksOf(lines: Iterable<string>): Generator<Buffer> {
  let chunk = '';
  for (const line of lines) {
    chunk += line;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield Buffer.from(chunk);
    chunk = '';
  }
  if (chunk !== '') yield Buffer.from(chunk);
}

/** One line of COPY's text format. What the table could not give back as it was is refused with ROW_INVALID. */
export function copyLine(target: CopyTarget, row: CopyRow, index = 0): string {
  if (row.length !== target.columns.length)
    refuse(target, index, 'its length', row.length, `${target.columns.length} values`);
  const cells = row.map((value, column) => cellOf(value, target, index, column));
  return `${cells.join('\t')}\n`;
}

function cellOf(value: CopyValue, target: CopyTarget, index: number, column: number): string {
  const name = target.columns[column] ?? '?';
  if (value === null) return '\\N';
  if (typeof value === 'number') {
    return Number.isFinite(value) ? String(value) : refuse(target, index, name, value, 'a finite number');
  }
  if (typeof value === 'string') {
    if (value.includes('\0')) refuse(target, index, name, JSON.stringify(value), 'text without zero characters');
    return value.replace(mustBeEscaped, (character) => escapes[character] ?? character);
  }
  if (value instanceof Date) {
    // Outside the years 0 to 9999 the text has a sign and more digits, which PostgreSQL does not read.
    const text = Number.isNaN(value.getTime()) ? '' : value.toISOString();
    return text.length === ISO_LENGTH
      ? text
      : refuse(target, index, name, text || 'no date', 'a time before the year 10000');
  }
  return String(value);
}

function refuse(target: CopyTarget, index: number, column: string, found: string | number, expected: string): never {
  throw new ScreenerError('ROW_INVALID', { row: index, table: target.table, column, found, expected });
}
