/** The embedded server: start, stop, and every way in which a start can find the place. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findNative } from './binaries.ts';
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './embedded-postgres.ts';
import { identify } from './server-process.ts';
import { weAreRoot } from './server-user.ts';

let directory: string;
let lines: string[];
let cleanups: (() => unknown)[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'screener-embedded-'));
  await chmod(directory, 0o755);
  lines = [];
  cleanups = [];
});

afterEach(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
  await rm(directory, { recursive: true, force: true });
});

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ directory, notify: (line) => lines.push(line), ...options });
  cleanups.push(() => server.stop());
  return server;
}

async function query<T extends object>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

/** An orphan that has ended may stay as a zombie where nobody collects it: that counts as ended. */
const isAlive = async (pid: number): Promise<boolean> => (await identify(pid)) !== undefined;

const within30s = { timeout: 30_000, interval: 10 };
const silent = 'const notify = () => {};';
const program = (body: string): string =>
  `import { startEmbeddedPostgres } from ${JSON.stringify(join(import.meta.dirname, 'embedded-postgres.ts'))};
   const directory = ${JSON.stringify(directory)}; ${silent} setInterval(() => {}, 1_000); ${body}`;

/** A process of ours, to be killed. */
function otherProcess(body: string): ChildProcess {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program(body)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanups.push(() => child.kill('SIGKILL'));
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Starts a server in another process, puts a row into it and kills that process, not the server. */
async function leaveRunning(): Promise<{ url: string; pid: number }> {
  const child = otherProcess(
    'const { url, pid } = await startEmbeddedPostgres({ directory, notify }); console.log(JSON.stringify({ url, pid }));',
  );
  const [printed] = await once(child.stdout ?? child, 'data');
  const server = JSON.parse(String(printed)) as { url: string; pid: number };
  cleanups.push(async () => (await isAlive(server.pid)) && process.kill(server.pid, 'SIGKILL'));
  await query(server.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await kill(child);
  return server;
}

describe('the embedded server', { timeout: 60_000 }, () => {
  it('starts, keeps data durably, stops, and starts again', async () => {
    const first = await start();
    expect(first.adopted).toBe(false);
    expect(
      await query(
        first.url,
        "SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit",
      ),
    ).toEqual([{ fsync: 'on', commit: 'on' }]);
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    expect(await isAlive(first.pid)).toBe(false);
    const second = await start();
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('lets nobody in without the password, which only its owner can read', async () => {
    const { url } = await start();
    await expect(query(url.replace(/:[^:@]*@/, ':guess@'), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    expect((await stat(join(directory, 'password'))).mode & 0o777).toBe(0o600);
    expect(lines.join('\n')).not.toContain(new URL(url).password);
  });

  it('does not run as root', { skip: !weAreRoot() }, async () => {
    const { pid } = await start();
    expect((await stat(`/proc/${pid}`)).uid).not.toBe(0);
  });

  it('is adopted when its supervisor was killed, with its data', async () => {
    const left = await leaveRunning();
    const server = await start();
    expect(server).toMatchObject({ adopted: true, pid: left.pid, url: left.url });
    expect(await query(server.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    await server.stop();
    expect(await isAlive(left.pid)).toBe(false);
  });

  it('recovers when server and supervisor were killed', async () => {
    const left = await leaveRunning();
    process.kill(left.pid, 'SIGKILL');
    const server = await start();
    expect(server.adopted).toBe(false);
    expect(await query(server.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('waits for one that is just ending', async () => {
    const left = await leaveRunning();
    process.kill(left.pid, 'SIGTERM'); // Smart shutdown: ends when the last client has left.
    const server = await start();
    expect(await query(server.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('is not fooled by a lock file whose process id somebody else has now', async () => {
    const first = await start();
    const lock = await readFile(join(directory, 'data', 'postmaster.pid'), 'utf8');
    await first.stop();
    const { uid, gid } = await stat(join(directory, 'data'));
    const stranger = spawn('sleep', ['300'], { uid, gid, stdio: 'ignore' });
    cleanups.push(() => stranger.kill('SIGKILL'));
    await once(stranger, 'spawn');
    const lockFile = join(directory, 'data', 'postmaster.pid');
    await writeFile(lockFile, lock.replace(/^\d+/, String(stranger.pid)), { mode: 0o600 });
    await chown(lockFile, uid, gid);
    // The fault is one: left alone, the server refuses to start.
    const postgres = join(findNative(), 'bin', 'postgres');
    const alone = promisify(execFile)(postgres, ['-D', join(directory, 'data')], { uid, gid, env: {}, cwd: '/' });
    await expect(alone).rejects.toMatchObject({ stderr: expect.stringContaining('postmaster.pid') });
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(stranger.exitCode).toBeNull();
    expect(stranger.signalCode).toBeNull();
  });

  it('begins anew after an initdb that was cut off', async () => {
    const child = otherProcess('await startEmbeddedPostgres({ directory, notify });');
    const unfinished = async () => (await readdir(directory)).filter((name) => name.startsWith('data.unfinished-'));
    await expect.poll(unfinished, within30s).not.toEqual([]);
    await kill(child);
    expect(await readdir(directory)).not.toContain('data');
    const server = await start();
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('has one supervisor at a time', async () => {
    const first = await start();
    await expect(start()).rejects.toMatchObject({ code: 'DATABASE_HELD', facts: { holder: process.pid } });
    expect(await query(first.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('says so when it dies', async () => {
    const server = await start();
    process.kill(server.pid, 'SIGKILL');
    await expect(server.failed).rejects.toMatchObject({ code: 'DATABASE_DIED', retryable: true });
    expect(lines.at(-1)).toMatch(/ended by itself/);
    await server.stop();
    await start();
  });

  it('makes the library links that the package lacks without its install script', async () => {
    const native = await copyPackage(join(directory, 'package'));
    const link = join(native, 'lib', 'libpq.so.5');
    await expect(lstat(link)).rejects.toMatchObject({ code: 'ENOENT' });
    const server = await start({ directory: join(directory, 'place'), native });
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('as root below a directory that only root can enter: programs and data go elsewhere', {
    skip: !weAreRoot(),
  }, async () => {
    await chmod(directory, 0o700);
    const native = await copyPackage(join(directory, 'package'));
    const place = join(directory, 'place');
    const first = await start({ directory: place, native });
    const { home } = JSON.parse(await readFile(join(place, 'placement.json'), 'utf8')) as { home: string };
    cleanups.push(() => rm(home, { recursive: true, force: true }));
    expect(home.startsWith(directory)).toBe(false);
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    const second = await start({ directory: place, native });
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    // Removing the directory is beginning anew.
    await second.stop();
    await rm(place, { recursive: true });
    const third = await start({ directory: place, native });
    await expect(query(third.url, 'SELECT answer FROM kept')).rejects.toMatchObject({ code: '42P01' });
    const moved = JSON.parse(await readFile(join(place, 'placement.json'), 'utf8')) as { home: string };
    cleanups.splice(-1, 0, () => rm(moved.home, { recursive: true, force: true }));
  });

  it('refuses what it cannot work with, in one line', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    cleanups.push(() => holder.close());
    await once(holder, 'listening');
    const address = holder.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await expect(start({ port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: expect.stringContaining(String(port)),
    });
    expect(() => findNative('win32-x64')).toThrow(expect.objectContaining({ code: 'DATABASE_UNSUPPORTED_PLATFORM' }));

    const foreign = join(directory, 'foreign');
    await mkdir(join(foreign, 'data'), { recursive: true });
    await writeFile(join(foreign, 'data', 'holiday.jpg'), '');
    await expect(start({ directory: foreign })).rejects.toMatchObject({ code: 'DATABASE_START_FAILED' });
    expect(await readdir(join(foreign, 'data'))).toEqual(['holiday.jpg']);

    await writeFile(join(directory, 'file'), '');
    await expect(start({ directory: join(directory, 'file', 'below') })).rejects.toMatchObject({
      code: 'DATABASE_START_FAILED',
    });
  });

  it('tells what the server complained about', async () => {
    const first = await start();
    await first.stop();
    await writeFile(join(directory, 'data', 'postgresql.conf'), 'work_mem = lots\n');
    await expect(start()).rejects.toThrow(/cannot start: .*(work_mem|configuration file)/);
  });
});

/** The package as npm unpacks it: without symbolic links. */
async function copyPackage(to: string): Promise<string> {
  const from = dirname(findNative());
  await cp(from, to, {
    recursive: true,
    filter: async (path) => !path.endsWith('.a') && !(await lstat(path)).isSymbolicLink(),
  });
  return join(to, 'native');
}
