/** One Kafka node (broker and controller in one) straight from Maven's jars, for tests and development. */
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { defaultJarCache, resolveBrokerJars } from './broker-jars.ts';
import { freePort, waitUntilReady } from './broker-ready.ts';

export interface RunningBroker {
  /** For KAFKA_BROKERS. */
  readonly brokers: string;
  /** Of the broker itself, so that a test can kill it. */
  readonly pid: number;
  /** Asks it to stop, and insists when it does not. */
  stop(): Promise<void>;
}

export interface LocalBrokerOptions {
  /** Where the broker keeps its data and its log file. A second start with the same directory goes on with its data. */
  readonly directory: string;
  /** Default: any free one. */
  readonly port?: number;
  /** Where the jars are kept. */
  readonly jars?: string;
  readonly notify: (text: string) => void;
}

const HEAP = '-Xmx512m';
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
/** Free ports are found by asking; somebody else may take one before the broker does. */
const START_ATTEMPTS = 3;
const LONG_MAX = '9223372036854775807';
const run = promisify(execFile);

export async function startLocalBroker(options: LocalBrokerOptions): Promise<RunningBroker> {
  const jars = await resolveBrokerJars(options.jars ?? defaultJarCache, options.notify);
  mkdirSync(options.directory, { recursive: true });
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options, join(jars, '*'));
    } catch (cause) {
      if (options.port !== undefined || attempt === START_ATTEMPTS) throw cause;
    }
  }
}

async function startOnce(options: LocalBrokerOptions, classPath: string): Promise<RunningBroker> {
  const { directory, notify } = options;
  const port = options.port ?? (await freePort());
  const settings = join(directory, 'server.properties');
  const logFile = join(directory, 'broker.log');
  writeFileSync(settings, serverProperties(directory, port, await freePort()));
  if (!existsSync(join(directory, 'data', 'meta.properties'))) {
    const clusterId = randomBytes(16).toString('base64url');
    await run('java', [
      '-Xmx64m',
      '-cp',
      classPath,
      'kafka.tools.StorageTool',
      'format',
      '-t',
      clusterId,
      '-c',
      settings,
    ]);
  }
  const java = ['java', HEAP, ...logSettings, '-cp', classPath, 'kafka.Kafka', settings];
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
  try {
    await waitUntilReady(port, START_TIMEOUT_MS, () => (guard.exitCode === null ? undefined : lastError(logFile)));
  } catch (cause) {
    await stop();
    throw cause;
  }
  // The broker must not keep a program alive that forgot to stop it: with the program its end of the pipe closes.
  guard.unref();
  for (const stream of [guard.stdin, guard.stdout]) (stream as unknown as { unref(): void }).unref();
  notify(`Kafka broker ${pid} on port ${port}, data in ${directory}`);
  return { brokers: `127.0.0.1:${port}`, pid, stop };
}

const logSettings = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=info', '-Dorg.slf4j.simpleLogger.showDateTime=true'];

function serverProperties(directory: string, port: number, controllerPort: number): string {
  const settings: Readonly<Record<string, string | number | boolean>> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': join(directory, 'data'),
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    // A test with two members should not wait three seconds for a third.
    'group.initial.rebalance.delay.ms': 0,
    // A transaction that its owner abandoned is aborted soon after its own (short) timeout, not within ten seconds of it.
    'transaction.abort.timed.out.transaction.cleanup.interval.ms': 1_000,
    // The default would take 128 MB of the heap.
    'log.cleaner.dedupe.buffer.size': 8_388_608,
    // Timestamps are the events' own: a simulation may be ahead of the wall clock, a backfill far behind it.
    'log.message.timestamp.after.max.ms': LONG_MAX,
    'log.message.timestamp.before.max.ms': LONG_MAX,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has just ended by itself, which is what was wanted.
  }
}

function lastError(logFile: string): string {
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n');
  const line = lines.findLast((text) => text.includes('ERROR') || text.includes('Exception')) ?? lines.at(-1) ?? '';
  return `${line.slice(0, 300)} (all of it in ${logFile})`;
}
