/** The process of one Kafka node: started under a guard, stopped politely, or killed as a test may want it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { waitUntilReady } from './broker-ready.ts';

export interface BrokerProcess {
  /** Of the broker itself, not of its guard. */
  readonly pid: number;
  /** Asks it to stop, and insists when it does not. */
  stop(): Promise<void>;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
}

export interface BrokerCommand {
  readonly directory: string;
  readonly settings: string;
  readonly classPath: string;
  /** Options of the virtual machine. */
  readonly java: readonly string[];
  readonly port: number;
  /** It is ready when it knows of so many brokers, itself included. */
  readonly brokers: number;
}

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const logSettings = ['-Dorg.slf4j.simpleLogger.defaultLogLevel=info', '-Dorg.slf4j.simpleLogger.showDateTime=true'];

export async function startBrokerProcess(command: BrokerCommand): Promise<BrokerProcess> {
  const logFile = join(command.directory, 'broker.log');
  const java = ['java', ...command.java, ...logSettings, '-cp', command.classPath, 'kafka.Kafka', command.settings];
  const guard = spawn(process.execPath, [join(import.meta.dirname, 'broker-guard.ts'), logFile, ...java], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  guard.stdin.on('error', () => {});
  const gone = once(guard, 'exit');
  const pid = await Promise.race([
    once(createInterface(guard.stdout), 'line').then(([line]) => Number(line)),
    gone.then(() => Promise.reject(new Error(`java did not start; see ${logFile}`))),
  ]);
  const isGone = (): boolean => guard.exitCode !== null || guard.signalCode !== null;
  const stop = async (): Promise<void> => {
    if (isGone()) return;
    // Whoever waits for its end wants to live that long.
    guard.ref();
    signal(pid, 'SIGTERM');
    const insist = setTimeout(() => signal(pid, 'SIGKILL'), STOP_TIMEOUT_MS);
    await gone;
    clearTimeout(insist);
  };
  try {
    await waitUntilReady({
      port: command.port,
      brokers: command.brokers,
      deadlineMs: START_TIMEOUT_MS,
      ended: () => (isGone() ? lastError(logFile) : undefined),
    });
  } catch (cause) {
    await stop();
    throw cause;
  }
  // The broker must not keep a program alive that forgot to stop it: with the program its end of the pipe closes.
  guard.unref();
  for (const stream of [guard.stdin, guard.stdout]) (stream as unknown as { unref(): void }).unref();
  return {
    pid,
    stop,
    kill: async () => {
      if (isGone()) return;
      guard.ref();
      signal(pid, 'SIGKILL');
      await gone;
    },
  };
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
