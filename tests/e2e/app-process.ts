/** One app in a process of its own, to be killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

export interface AppProcess {
  readonly name: string;
  readonly kills: number;
  /** kill -9, and a new one at once. */
  killAndRestart(): Promise<void>;
  stop(): Promise<void>;
  output(): string;
}

export function startAppProcess(name: string, brokers: string, directory: string): AppProcess {
  let kills = 0;
  let output = '';
  const begin = (): ChildProcess => {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, '../../apps/screener/src/main.ts'), 'start', '--app', name, '--demo'],
      {
        cwd: directory,
        env: { ...process.env, KAFKA_BROKERS: brokers, SCREENER_HOME: join(directory, 'home'), LOG_LEVEL: 'info' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    return child;
  };
  let child = begin();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await exited;
  };
  return {
    name,
    get kills() {
      return kills;
    },
    async killAndRestart() {
      await end('SIGKILL');
      if (child.signalCode !== 'SIGKILL')
        throw new Error(`${name} had ended by itself with ${child.exitCode}:\n${output}`);
      kills++;
      child = begin();
    },
    stop: () => end('SIGTERM'),
    output: () => output,
  };
}
