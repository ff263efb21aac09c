/** Numbered SQL files, each applied once, in order, all in one transaction: two processes that start together take turns. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ScreenerError } from '@screener/errors';
import type { Pool, PoolClient } from 'pg';
import { databaseError, whereOf } from './database-error.ts';
import { transaction } from './open-database.ts';

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/** Any constant that no other program on the same database uses. */
const MIGRATION_LOCK = 7_241_908_311;
/** Others may be migrating much data before it is our turn; longer than any lock or statement of the rest may take. */
const MIGRATE_WITHIN = '10min';
const fileName = /^(\d{4})-[a-z0-9-]+\.sql$/;

export async function readMigrations(directory = join(import.meta.dirname, '..', 'migrations')): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((name) => fileName.test(name)).sort();
  return Promise.all(
    names.map(async (name) => ({
      number: Number(name.slice(0, 4)),
      name: name.replace('.sql', ''),
      sql: await readFile(join(directory, name), 'utf8'),
    })),
  );
}

/** Names of the migrations that were applied now. */
export async function migrate(pool: Pool, migrations?: readonly Migration[]): Promise<readonly string[]> {
  const known = migrations ?? (await readMigrations());
  try {
    return await transaction(pool, (client) => applyMissing(client, known));
  } catch (cause) {
    throw databaseError(cause, whereOfPool(pool));
  }
}

async function applyMissing(client: PoolClient, migrations: readonly Migration[]): Promise<readonly string[]> {
  await client.query(`SET LOCAL lock_timeout = '${MIGRATE_WITHIN}'; SET LOCAL statement_timeout = '${MIGRATE_WITHIN}'`);
  await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  await client.query(
    `CREATE TABLE IF NOT EXISTS schema_migrations (
       number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
  );
  const { rows } = await client.query<{ number: number; checksum: string }>(
    'SELECT number, checksum FROM schema_migrations',
  );
  const where = `${client.host}:${client.port}/${client.database}`;
  const newest = migrations.at(-1)?.number ?? 0;
  const found = Math.max(0, ...rows.map(({ number }) => number));
  if (found > newest) throw new ScreenerError('DATABASE_NEWER', { where, found, expected: newest });
  const applied = new Map(rows.map(({ number, checksum }) => [number, checksum]));
  const now: string[] = [];
  for (const { number, name, sql } of migrations) {
    const checksum = createHash('sha256').update(sql).digest('hex');
    const before = applied.get(number);
    if (before === checksum) continue;
    if (before !== undefined) throw new ScreenerError('MIGRATION_CHANGED', { name, where });
    await client.query(sql);
    await client.query('INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)', [
      number,
      name,
      checksum,
    ]);
    now.push(name);
  }
  return now;
}

function whereOfPool({ options }: Pool): string {
  return options.connectionString === undefined ? 'the database' : whereOf(options.connectionString);
}
