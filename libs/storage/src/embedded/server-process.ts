/** Processes by id: who holds one, whether it is the server of our data, and how it is made to end. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** What the server writes into postmaster.pid about itself. */
export interface ServerRecord {
  readonly pid: number;
  readonly port: number;
  /** 'starting', 'ready', 'stopping', ... */
  readonly status: string;
}

/** One process among all that ever have the same id. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

const run = promisify(execFile);
const POLL_MS = 10;

/** Clients are cut off and a checkpoint is written. */
const FAST = { signal: 'SIGINT', withinMs: 3_000 } as const;
/** No checkpoint; the next start recovers from the write-ahead log. */
const IMMEDIATE = { signal: 'SIGQUIT', withinMs: 1_000 } as const;
const KILL = { signal: 'SIGKILL', withinMs: 5_000 } as const;

export async function readServerRecord(data: string): Promise<ServerRecord | undefined> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  // A standalone backend writes its id negated.
  const pid = Math.abs(Number(lines[0]));
  if (!Number.isInteger(pid) || pid === 0) return undefined;
  return { pid, port: Number(lines[3]), status: lines[7]?.trim() ?? '' };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** undefined where no such process runs. The start tells apart processes that got the same id one after the other. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  if (!isAlive(pid)) return undefined;
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
    // Fields 3 and 22; counted behind the name in parentheses, which may contain anything.
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
    const startedAt = fields?.[19];
    // A zombie has ended; in a container nobody may ever collect it.
    return startedAt === undefined || fields?.[0] === 'Z' ? undefined : { pid, startedAt };
  }
  const startedAt = await processStatus(pid, 'lstart');
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** True where the process is a PostgreSQL server of these data: we always name them on its command line. */
export async function serves(pid: number, data: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const command =
    process.platform === 'linux'
      ? (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ')
      : await processStatus(pid, 'command');
  return command?.includes(`postgres -D ${data} `) === true;
}

const processStatus = (pid: number, column: string): Promise<string | undefined> =>
  run('ps', ['-ww', '-p', String(pid), '-o', `${column}=`]).then(
    ({ stdout }) => stdout.trim() || undefined,
    () => undefined,
  );

export async function isSame(identity: ProcessIdentity): Promise<boolean> {
  return (await identify(identity.pid))?.startedAt === identity.startedAt;
}

/** Resolves with true when the condition holds, with false when it did not in time. */
export async function waitUntil(condition: () => boolean | Promise<boolean>, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

/** Ends a server the way that costs least, then harder. Every way is safe for committed data. */
export async function endServer(server: ProcessIdentity, notify: (text: string) => void): Promise<void> {
  for (const { signal, withinMs } of [FAST, IMMEDIATE, KILL]) {
    if (!(await isSame(server))) return;
    if (signal !== FAST.signal) notify(`PostgreSQL (process ${server.pid}) does not end: ${signal}`);
    try {
      process.kill(server.pid, signal);
    } catch {
      // Ended between the look and the signal; the next look sees it.
    }
    if (await waitUntil(async () => !(await isSame(server)), withinMs)) return;
  }
}
