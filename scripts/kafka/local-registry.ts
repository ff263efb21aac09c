/** A schema registry (Apicurio, in memory) straight from Maven, for tests and development. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { defaultJarCache } from './broker-jars.ts';
import { freePort } from './broker-ready.ts';
import { resolveRegistry, runnerIn } from './registry-archive.ts';

export interface RunningRegistry {
  /** For SCHEMA_REGISTRY_URL. */
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface LocalRegistryOptions {
  /** For its log file. What it holds is lost when it stops. */
  readonly directory: string;
  /** Default: any free one. */
  readonly port?: number;
  /** Where the archive is kept. */
  readonly jars?: string;
  readonly notify: (text: string) => void;
}

const HEAP = '-Xmx256m';
const CONFLUENT_PATH = '/apis/ccompat/v7';
const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 10_000;
const POLL_MS = 100;

export async function startLocalRegistry(options: LocalRegistryOptions): Promise<RunningRegistry> {
  const { directory, notify, port = await freePort() } = options;
  const home = await resolveRegistry(options.jars ?? defaultJarCache, notify);
  mkdirSync(directory, { recursive: true });
  const logFile = join(directory, 'registry.log');
  const address = ['-Dquarkus.http.host=127.0.0.1', `-Dquarkus.http.port=${port}`];
  const java = ['java', HEAP, ...address, '-jar', runnerIn(home)];
  // The guard that ends a broker with whoever started it does the same for a registry.
  const guard = spawn(process.execPath, [join(import.meta.dirname, 'broker-guard.ts'), logFile, ...java], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  guard.stdin.on('error', () => {});
  const gone = once(guard, 'exit');
  const pid = await Promise.race([
    once(createInterface(guard.stdout), 'line').then(([line]) => Number(line)),
    gone.then(() => Promise.reject(new Error(`java did not start; see ${logFile}`))),
  ]);
  const stop = async (): Promise<void> => {
    if (guard.exitCode !== null) return;
    signal(pid, 'SIGTERM');
    const insist = setTimeout(() => signal(pid, 'SIGKILL'), STOP_TIMEOUT_MS);
    await gone;
    clearTimeout(insist);
  };
  const url = `http://127.0.0.1:${port}${CONFLUENT_PATH}`;
  try {
    await waitUntilReady(url, () => (guard.exitCode === null ? undefined : lastLine(logFile)));
  } catch (cause) {
    await stop();
    throw cause;
  }
  // It must not keep a program alive that forgot to stop it: with the program its end of the pipe closes.
  guard.unref();
  for (const stream of [guard.stdin, guard.stdout]) (stream as unknown as { unref(): void }).unref();
  notify(`schema registry ${pid} at ${url}`);
  return { url, pid, stop };
}

async function waitUntilReady(url: string, ended: () => string | undefined): Promise<void> {
  const until = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const answer = await fetch(`${url}/subjects`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok === true) return;
    const reason = ended();
    if (reason !== undefined) throw new Error(`the registry ended before it was ready: ${reason}`);
    if (performance.now() > until) throw new Error(`the registry did not answer within ${START_TIMEOUT_MS / 1_000} s`);
    await new Promise((next) => setTimeout(next, POLL_MS));
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has just ended by itself, which is what was wanted.
  }
}

const lastLine = (logFile: string): string =>
  `${readFileSync(logFile, 'utf8').trimEnd().split('\n').at(-1)?.slice(0, 300) ?? ''} (all of it in ${logFile})`;
