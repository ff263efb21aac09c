/** One process per app: starts them, starts a dead one anew after a back-off, ends them in reverse order. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Logger } from '@screener/service';

export interface ChildSpec {
  readonly name: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface ChildProcesses {
  start(spec: ChildSpec): void;
  /** Process ids by name, for operators and for tests that kill one. */
  pids(): ReadonlyMap<string, number>;
  restarts(): number;
  /** Asks all to end, last started first, and ends those that do not by force. */
  stop(): Promise<void>;
}

export interface ChildProcessesOptions {
  readonly entry: string;
  readonly logger: Logger;
  readonly firstRestartMs?: number;
  readonly longestRestartMs?: number;
  readonly forgivenAfterMs?: number;
  readonly stopWithinMs?: number;
}

interface Child {
  readonly spec: ChildSpec;
  process: ChildProcess | undefined;
  timer: NodeJS.Timeout | undefined;
  delayMs: number;
}

export function createChildProcesses(options: ChildProcessesOptions): ChildProcesses {
  const {
    entry,
    logger,
    firstRestartMs = 250,
    longestRestartMs = 15_000,
    forgivenAfterMs = 30_000,
    stopWithinMs = 4_000,
  } = options;
  const children = new Map<string, Child>();
  let stopping = false;
  let restarts = 0;

  const begin = (child: Child): void => {
    const startedAt = performance.now();
    // The channel tells the child when we are gone, even by kill -9: it then stops by itself.
    const started = spawn(process.execPath, [...process.execArgv, entry, ...child.spec.args], {
      env: { ...child.spec.environment, SCREENER_CHILD: '1' },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.process = started;
    started.once('exit', (code, signal) => {
      child.process = undefined;
      if (stopping) return;
      if (performance.now() - startedAt > forgivenAfterMs) child.delayMs = firstRestartMs;
      const { delayMs } = child;
      child.delayMs = Math.min(delayMs * 2, longestRestartMs);
      restarts++;
      logger.warn(
        `${child.spec.name} ended (${signal ?? `exit code ${code}`}); it is started again in ${delayMs / 1000} s`,
      );
      child.timer = setTimeout(() => begin(child), delayMs);
    });
    started.once('error', (cause) => logger.error(`${child.spec.name} cannot be started`, { cause }));
  };

  const end = async (child: Child): Promise<void> => {
    clearTimeout(child.timer);
    const { process: running } = child;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const exited = new Promise<void>((resolve) => running.once('exit', () => resolve()));
    running.kill('SIGTERM');
    const force = setTimeout(() => {
      logger.warn(
        `${child.spec.name} did not stop within ${stopWithinMs} ms and is ended by force; the log makes that safe`,
      );
      running.kill('SIGKILL');
    }, stopWithinMs);
    await exited;
    clearTimeout(force);
  };

  return {
    start(spec) {
      const child: Child = { spec, process: undefined, timer: undefined, delayMs: firstRestartMs };
      children.set(spec.name, child);
      begin(child);
    },
    pids: () =>
      new Map(
        [...children].flatMap(([name, { process: running }]) =>
          running?.pid === undefined ? [] : [[name, running.pid] as const],
        ),
      ),
    restarts: () => restarts,
    async stop() {
      stopping = true;
      await Promise.all([...children.values()].reverse().map(end));
    },
  };
}
