/** Starts collectors in a process of their own and ends them as nobody can prepare for. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { World } from './world.ts';

const entry = join(import.meta.dirname, 'collect-until-killed.ts');

export interface KilledCollectors {
  start(world: Pick<World, 'directory' | 'simulator' | 'clock'>, members?: number): Promise<ChildProcess>;
  /** Resolves when it is gone. */
  kill(child: ChildProcess): Promise<void>;
  cleanUp(): void;
}

export function createKilledCollectors(): KilledCollectors {
  const children = new Set<ChildProcess>();
  return {
    async start({ directory, simulator, clock }, members = 1) {
      const { restBase, wsBase } = simulator;
      const times = [simulator.now(), Date.now(), clock.speed, members].map(String);
      const child = spawn(process.execPath, [entry, directory, restBase, wsBase, ...times], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      children.add(child);
      if (child.stdout !== null) await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
      return child;
    },
    async kill(child) {
      const exited = once(child, 'exit');
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await exited;
      }
      children.delete(child);
    },
    cleanUp() {
      for (const child of children) child.kill('SIGKILL');
      children.clear();
    },
  };
}
