/** Faults of single processes: killed, or frozen until the group believes them dead. */

import { cameTrue, type Fault, pause, type Scene, someoneBusy } from '../scene.ts';
import { between, pick } from '../seeded-random.ts';
import type { WorkerProcess } from '../worker-process.ts';

/** The session timeout of libs/log. */
export const sessionTimeoutMs = 6_000;
const zombieMsMax = 30_000;

async function someBusyWorker(scene: Scene): Promise<WorkerProcess | undefined> {
  return (await someoneBusy(scene)) ? pick(scene.random, scene.workers.busy) : undefined;
}

/** SIGKILL at a random moment, sometimes of two at once; a successor starts at once. */
export const kill: Fault = {
  kind: 'kill',
  weight: 12,
  async inject(scene) {
    const { workers, ledger, random, stop, say } = scene;
    const first = await someBusyWorker(scene);
    if (stop.aborted) return;
    if (first === undefined) return ledger.record('kill', false);
    const others = workers.busy.filter((worker) => worker !== first);
    const victims = random() < 0.4 && others.length > 0 ? [first, pick(random, others)] : [first];
    await pause(between(random, 0, 150));
    await Promise.all(
      victims.map(async (worker) => {
        const owned = worker.liveCount;
        const groups = Object.keys(worker.live).filter((group) => (worker.live[group] ?? []).length > 0);
        const fired = await workers.kill(worker);
        say(`killed ${worker.name}, which had ${owned} partitions`);
        ledger.record('kill', fired && owned > 0);
        if (fired) ledger.recordKilled(groups);
        workers.start(worker.instance);
      }),
    );
  },
};

/** Frozen until somebody else has its partitions, then let on: what it still sends must change nothing. */
export const zombie: Fault = {
  kind: 'zombie',
  weight: 1,
  async inject(scene) {
    const { workers, ledger, stop, say } = scene;
    const worker = await someBusyWorker(scene);
    if (stop.aborted) return;
    if (worker === undefined) return ledger.record('zombie', false);
    worker.paused = true;
    const owned = worker.live;
    const begun = performance.now();
    worker.signal('SIGSTOP');
    const replaced = (): boolean =>
      Object.entries(owned).some(([group, partitions]) =>
        partitions.some((partition) =>
          workers.all.some((other) => other !== worker && !other.paused && other.live[group]?.includes(partition)),
        ),
      );
    await pause(sessionTimeoutMs, stop);
    const fired = await cameTrue(replaced, zombieMsMax - sessionTimeoutMs, stop);
    const frozenMs = performance.now() - begun;
    worker.signal('SIGCONT');
    worker.paused = false;
    say(`${worker.name} was frozen for ${(frozenMs / 1_000).toFixed(1)} s, ${fired ? 'and replaced' : 'in vain'}`);
    ledger.record('zombie', fired && frozenMs > sessionTimeoutMs && !worker.gone);
  },
};
