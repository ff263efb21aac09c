/**
 * A PostgreSQL server of our own, below the data directory. It lives in a session of its own, so that Ctrl-C does not stop
 * it while apps still write, and it survives a kill -9 of ours: the next start adopts it.
 */
import { readFile } from 'node:fs/promises';
import { ScreenerError } from '@screener/errors';
import { Client } from 'pg';
import { findHome, type Home } from './home.ts';
import { USER } from './initialise.ts';
import { HOST, lastComplaint, type Server, startServer } from './server.ts';
import { endServer, identify, isSame, readServerRecord, serves, waitUntil } from './server-process.ts';
import { holdAsSupervisor } from './supervisor-lock.ts';

export interface EmbeddedPostgresOptions {
  readonly directory: string;
  /** Default: a free one. An adopted server keeps the port it has. */
  readonly port?: number;
  /** One line for people: what takes time, and what went wrong. */
  readonly notify: (text: string) => void;
  /** The `native` folder of the package with the programs. Default: that of this platform. */
  readonly native?: string;
}

export interface EmbeddedPostgres {
  readonly url: string;
  /** True where the server was already running, left over by a process that was killed. */
  readonly adopted: boolean;
  readonly pid: number;
  /** Rejects when the server ends without having been asked to. Never resolves. */
  readonly failed: Promise<never>;
  /** Resolves when the server has ended. To be called after everybody who uses it has stopped. */
  stop(): Promise<void>;
}

const DATABASE = 'screener';
const ADOPT_WITHIN_MS = 15_000;
const WATCH_EVERY_MS = 250;

export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { notify } = options;
  const home = await findHome(options.directory, notify);
  const letGo = await holdAsSupervisor(home.directory);
  try {
    const server = (await adopt(home, notify)) ?? (await startServer(home, options));
    try {
      const password = (await readFile(home.passwordFile, 'utf8')).trim();
      await createDatabaseOnce(server.port, password);
      return supervise(home, server, urlOf(server.port, password, DATABASE), letGo, notify);
    } catch (cause) {
      await endServer(server.identity, notify);
      throw cause;
    }
  } catch (cause) {
    await letGo();
    throw cause;
  }
}

const urlOf = (port: number, password: string, database: string): string =>
  `postgres://${USER}:${password}@${HOST}:${port}/${database}`;

/** A server of these data that runs already; one that ends or does not answer is waited for, then ended. */
async function adopt(home: Home, notify: (text: string) => void): Promise<Server | undefined> {
  const record = await readServerRecord(home.data);
  if (record === undefined || !(await serves(record.pid, home.data))) return undefined;
  const identity = await identify(record.pid);
  if (identity === undefined) return undefined;
  const password = (await readFile(home.passwordFile, 'utf8').catch(() => '')).trim();
  let port = 0;
  let isToldToWait = false;
  const settled = await waitUntil(async () => {
    if (!(await isSame(identity))) return true;
    port = (await readServerRecord(home.data))?.port ?? 0;
    if (port > 0 && (await answers(port, password, home))) return true;
    if (!isToldToWait) notify(`waiting for the PostgreSQL server that was left running (process ${identity.pid})`);
    isToldToWait = true;
    return false;
  }, ADOPT_WITHIN_MS);
  if (!(await isSame(identity))) return undefined;
  if (settled) {
    notify(`adopted the PostgreSQL server that was left running (process ${identity.pid})`);
    return { identity, port, adopted: true };
  }
  notify(`the PostgreSQL server that was left running (process ${identity.pid}) does not answer: ending it`);
  await endServer(identity, notify);
  return undefined;
}

/** It answers, knows our password, and serves our data. */
async function answers(port: number, password: string, home: Home): Promise<boolean> {
  try {
    return await withClient(urlOf(port, password, 'postgres'), async (client) => {
      const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
      return rows[0]?.data_directory === home.data;
    });
  } catch {
    return false;
  }
}

async function createDatabaseOnce(port: number, password: string): Promise<void> {
  await withClient(urlOf(port, password, 'postgres'), async (client) => {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  });
}

async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {}); // The call at hand rejects with the same.
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end().catch(() => {});
  }
}

function supervise(
  home: Home,
  server: Server,
  url: string,
  letGo: () => Promise<void>,
  notify: (text: string) => void,
): EmbeddedPostgres {
  let stopped: Promise<void> | undefined;
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {}); // Whoever does not listen was told through notify.
  let died = false;
  const watch = setInterval(async () => {
    if ((await isSame(server.identity)) || stopped || died) return;
    died = true;
    clearInterval(watch);
    const reason = (await lastComplaint(home.serverLog, 0)) ?? 'it said nothing';
    const failure = new ScreenerError('DATABASE_DIED', { directory: home.directory, reason, file: home.serverLog });
    notify(failure.message);
    reject(failure);
  }, WATCH_EVERY_MS);
  watch.unref();
  const stop = async (): Promise<void> => {
    clearInterval(watch);
    await endServer(server.identity, notify);
    await letGo();
  };
  return {
    url,
    adopted: server.adopted,
    pid: server.identity.pid,
    failed,
    stop: () => (stopped ??= stop()),
  };
}
