/** A real `screener start` (or `start:kafka`) as a child process, with a database of the test's own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@screener/storage';

const root = join(import.meta.dirname, '../..');

export interface RunningScreener {
  readonly url: string;
  readonly databaseUrl: string;
  /** What it has printed so far. */
  output(): string;
  /** Process id of an app that runs in a process of its own. */
  pidOf(app: string): number;
  /** Ends it as Ctrl-C does; returns exit code and how long that took. */
  stop(): Promise<{ readonly code: number | null; readonly tookMs: number }>;
}

export interface StartScreener {
  readonly engine: 'embedded' | 'kafka';
  readonly args?: readonly string[];
}

const READY_WITHIN_MS = 90_000;

export async function startScreener({ engine, args = [] }: StartScreener): Promise<RunningScreener> {
  const directory = mkdtempSync(join(tmpdir(), 'screener-e2e-'));
  chmodSync(directory, 0o755); // the database runs as another user and has to get through
  const database = await startEmbeddedPostgres({ directory: join(directory, 'postgres'), notify: () => undefined });
  const entry = engine === 'kafka' ? ['scripts/start-kafka.ts'] : ['apps/screener/src/main.ts', 'start'];
  const port = await freePort();
  const { KAFKA_BROKERS: _, ...environment } = process.env;
  const child = spawn(
    process.execPath,
    [...entry.map((part, index) => (index === 0 ? join(root, part) : part)), '--demo', '--port', String(port), ...args],
    {
      cwd: directory,
      env: {
        ...environment,
        SCREENER_HOME: join(directory, 'home'),
        DATABASE_URL: database.url,
        NODE_ENV: 'production',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const url = `http://127.0.0.1:${port}`;
  try {
    await waitFor(
      async () => child.exitCode !== null || ((await fetch(`${url}/api/health`)).ok && output.includes(url)),
      READY_WITHIN_MS,
      () => output,
    );
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${output}`);
  } catch (cause) {
    await end(child, database, directory);
    throw cause;
  }
  return {
    url,
    databaseUrl: database.url,
    output: () => output,
    pidOf: (app) => Number(new RegExp(`\\b${app} (\\d+)`).exec(output)?.[1]),
    stop: () => end(child, database, directory),
  };
}

async function end(
  child: ChildProcess,
  database: EmbeddedPostgres,
  directory: string,
): Promise<{ code: number | null; tookMs: number }> {
  const began = performance.now();
  if (child.exitCode === null && child.signalCode === null) {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    await exited;
  }
  const tookMs = performance.now() - began;
  await database.stop();
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  return { code: child.exitCode, tookMs };
}

/** Asks again and again until the answer is yes; an error counts as no. */
export async function waitFor(
  check: () => Promise<boolean> | boolean,
  withinMs: number,
  describe: () => string,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      if (await check()) return;
    } catch (cause) {
      last = cause;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`not within ${withinMs / 1000} s: ${describe()}`, { cause: last });
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
