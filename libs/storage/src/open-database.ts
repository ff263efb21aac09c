/** Connections to the database, limited in number and in time, handed out once the database answers. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ScreenerError } from '@screener/errors';
import pg, { type Pool, type PoolClient } from 'pg';
import { databaseError, whereOf } from './database-error.ts';

export type { Pool, PoolClient } from 'pg';

export interface DatabaseOptions {
  readonly url: string;
  /** One line for people; never with credentials. */
  readonly notify: (text: string) => void;
  /** How long a database that does not answer yet is waited for; infinite: until `signal`. */
  readonly readyWithinMs?: number;
  readonly connectionsMax?: number;
  readonly signal?: AbortSignal;
}

const CONNECTIONS_MAX = 10;
const READY_WITHIN_MS = 30_000;
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 2_000;
const CONNECT_WITHIN_MS = 5_000;
const IDLE_MS = 30_000;
const STATEMENT_WITHIN_MS = 30_000;
/** An owner frozen in the middle of a transaction must not keep its successor waiting for ever. */
const IDLE_IN_TRANSACTION_MS = 15_000;
const LOCK_WITHIN_MS = 20_000;

/** Rejects with DATABASE_UNREACHABLE when it does not answer in time, with DATABASE_REFUSED at once. */
export async function openDatabase(options: DatabaseOptions): Promise<Pool> {
  const { url, notify, signal, readyWithinMs = READY_WITHIN_MS } = options;
  const where = whereOf(url);
  const pool = createPool(options);
  // An idle connection that breaks would end the process if nobody listened.
  // A pool that was ended no longer waits for its connections: the server may stop while they say goodbye.
  pool.on('error', (cause) => pool.ending || notify(databaseError(cause, where).message));
  const deadline = performance.now() + readyWithinMs;
  const patience = Number.isFinite(readyWithinMs)
    ? `trying for ${Math.ceil(readyWithinMs / 1_000)} s`
    : 'trying until it does';
  for (let delayMs = FIRST_RETRY_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_RETRY_MS)) {
    const failure = await ping(pool).then(
      () => undefined,
      (cause): ScreenerError => databaseError(cause, where),
    );
    if (failure === undefined) return pool;
    if (!failure.retryable || performance.now() + delayMs > deadline || signal?.aborted) {
      await pool.end();
      throw failure;
    }
    if (delayMs === FIRST_RETRY_MS) notify(`${failure.message}; ${patience}`);
    await sleep(delayMs, undefined, signal && { signal }).catch(() => {});
  }
}

function createPool({ url, connectionsMax = CONNECTIONS_MAX }: DatabaseOptions): Pool {
  try {
    return new pg.Pool({
      connectionString: url,
      max: connectionsMax,
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      idleTimeoutMillis: IDLE_MS,
      statement_timeout: STATEMENT_WITHIN_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      lock_timeout: LOCK_WITHIN_MS,
      application_name: 'crypto-screener',
      keepAlive: true,
      allowExitOnIdle: true,
    });
  } catch (cause) {
    throw databaseError(cause, whereOf(url));
  }
}

export async function ping(pool: Pool): Promise<void> {
  await pool.query('SELECT 1');
}

/** All or nothing. A connection whose transaction failed is not used again unless its rollback was answered. */
export async function transaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // While it is ours the pool does not listen to it; the call at hand rejects with the same cause.
  const ignore = () => {};
  client.on('error', ignore);
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (cause) {
    await client.query('ROLLBACK').catch((failure: Error) => {
      broken = failure;
    });
    throw cause;
  } finally {
    client.off('error', ignore);
    client.release(broken);
  }
}
