/** Starts the server process on our data, with our settings, and waits until it takes connections. */
import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile, truncate } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf, ScreenerError } from '@screener/errors';
import { type Binaries, findNative, prepareBinaries } from './binaries.ts';
import { exists, type Home } from './home.ts';
import { initialiseOnce, serverEnvironment } from './initialise.ts';
import { endServer, identify, type ProcessIdentity, readServerRecord, waitUntil } from './server-process.ts';

export interface ServerOptions {
  readonly port?: number;
  readonly notify: (text: string) => void;
  readonly native?: string;
}

export interface Server {
  readonly identity: ProcessIdentity;
  readonly port: number;
  readonly adopted: boolean;
}

export const HOST = '127.0.0.1';
/** Recovery after a crash reads up to `max_wal_size` of log. */
const READY_WITHIN_MS = 60_000;
const SLOW_START_MS = 3_000;
const START_TRIES = 5;
const LEFTOVER_RETRY_MS = 300;
const SERVER_LOG_BYTES_MAX = 10_000_000;
const LOG_TAIL_BYTES = 4_000;

const settings: Readonly<Record<string, string | number>> = {
  listen_addresses: HOST,
  unix_socket_directories: '',
  cluster_name: 'crypto-screener',
  max_connections: 60,
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  // Nobody replicates from it: less is written, and fewer helper processes run.
  wal_level: 'minimal',
  max_wal_senders: 0,
  max_logical_replication_workers: 0,
  io_method: 'sync',
  max_wal_size: '512MB',
  checkpoint_timeout: '15min',
  shared_buffers: '64MB',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
};

export async function startServer(home: Home, options: ServerOptions): Promise<Server> {
  const binaries = await prepareBinaries(options.native ?? findNative(), home, options.notify);
  await initialiseOnce(home, binaries, options.notify);
  for (let round = 1; ; round++) {
    const port = await freePort(options.port ?? 0);
    const leftover = await exists(join(home.data, 'postmaster.pid'));
    try {
      return { identity: await launch(home, binaries, port, options.notify), port, adopted: false };
    } catch (cause) {
      // Somebody may have taken the port since we looked.
      const taken = await freePort(port).then(
        () => false,
        () => true,
      );
      // Backends of a killed server hold its shared memory until they notice; until then a start is refused.
      if (round === START_TRIES || !(taken || leftover)) throw cause;
      if (leftover) await sleep(LEFTOVER_RETRY_MS);
    }
  }
}

function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (cause) => {
      reject(new ScreenerError('PORT_IN_USE', { port: wanted, hint: 'the port option of the database' }, { cause }));
    });
    probe.listen(wanted, HOST, () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : wanted;
      probe.close(() => resolve(port));
    });
  });
}

async function launch(
  home: Home,
  binaries: Binaries,
  port: number,
  notify: (text: string) => void,
): Promise<ProcessIdentity> {
  const stale = await readServerRecord(home.data);
  const logFile = await open(home.serverLog, 'a', 0o600);
  let logStart = (await logFile.stat()).size;
  if (logStart > SERVER_LOG_BYTES_MAX) {
    await truncate(home.serverLog);
    logStart = 0;
  }
  const { uid, gid } = home.user ?? {};
  const given = Object.entries({ ...settings, port }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let child: ChildProcess;
  try {
    child = spawn(binaries.postgres, ['-D', home.data, ...given], {
      cwd: home.directory,
      detached: true,
      stdio: ['ignore', logFile.fd, logFile.fd],
      env: {
        ...serverEnvironment,
        // We looked at who holds the id in a left-over postmaster.pid: not a server of these data, or it would have been
        // adopted. Named as an ancestor, PostgreSQL takes the file as stale too, after its own look at the shared memory.
        ...(stale && { PG_GRANDPARENT_PID: String(stale.pid) }),
      },
      ...(uid !== undefined && { uid, gid: gid ?? uid }),
    });
  } finally {
    await logFile.close();
  }
  let ended: string | undefined;
  child.once('error', (cause) => {
    ended = reasonOf(cause);
  });
  child.once('exit', (code, signal) => {
    ended = code === null ? `ended by ${signal}` : `exit code ${code}`;
  });
  child.unref();
  const slow = setTimeout(() => notify('PostgreSQL takes its time: it recovers after a crash'), SLOW_START_MS);
  try {
    const isReady = async () => {
      if (ended !== undefined) return true;
      const record = await readServerRecord(home.data);
      if (record?.pid === child.pid && record?.status === 'ready') return true;
      // On a busy machine the news of its end was seen to come a minute late.
      return child.pid === undefined || (await identify(child.pid)) === undefined;
    };
    const inTime = await waitUntil(isReady, READY_WITHIN_MS);
    const identity = child.pid === undefined ? undefined : await identify(child.pid);
    if (inTime && ended === undefined && identity) return identity;
    if (identity) await endServer(identity, notify);
    const said = await lastComplaint(home.serverLog, logStart);
    const reason = said ?? ended ?? `not ready within ${READY_WITHIN_MS / 1_000} s`;
    throw new ScreenerError('DATABASE_START_FAILED', { directory: home.directory, reason, file: home.serverLog });
  } finally {
    clearTimeout(slow);
  }
}

/** The last FATAL or PANIC line that the server wrote since this start. */
export async function lastComplaint(file: string, from: number): Promise<string | undefined> {
  const text = (await readFile(file).catch(() => Buffer.alloc(0)))
    .subarray(from)
    .subarray(-LOG_TAIL_BYTES)
    .toString('utf8');
  const lines = text.trim().split('\n');
  const found = lines.findLast((line) => /FATAL:|PANIC:/.test(line)) ?? lines.at(-1);
  return found?.replace(/^.*?(FATAL|PANIC): +/, '') || undefined;
}
