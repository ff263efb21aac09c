/** Members that come and go: one change every two seconds, in bursts. */
import { cameTrue, type Fault, pause, type Scene } from '../scene.ts';
import { pick } from '../seeded-random.ts';

const changes = 6;
/** Beyond the usual number: where nobody gets hold of anything, more of them would make it worse. */
const additionalMax = 3;
const changeEveryMs = 2_000;
/** Its share has to come from the others first; on a machine that does much else, its start alone takes ten seconds. */
const shareWithinMs = 45_000;

/** Counts when it got a share. */
async function add({ workers, ledger, say }: Scene): Promise<void> {
  const added = workers.start();
  say(`${added.name} was added`);
  let share = 0;
  await cameTrue(() => {
    share = Math.max(share, added.liveCount);
    return share > 0 || added.gone;
  }, shareWithinMs);
  ledger.record('member-added', share > 0);
}

/** Counts when it had something to hand over and left in good order. */
async function remove({ workers, ledger, violations, random, say }: Scene): Promise<void> {
  const leaving = pick(random, workers.busy);
  const owned = leaving.liveCount;
  const outcome = await workers.close(leaving);
  ledger.record('member-removed', outcome === 'left' && owned > 0);
  if (outcome === 'stuck')
    violations.add('crashed', `${leaving.name} did not leave: ${leaving.notices.slice(-3).join(' | ')}`);
  say(`${leaving.name} was to leave with ${owned} partitions: ${outcome}`);
}

export const membersComeAndGo: Fault = {
  kind: 'member-added',
  also: 'member-removed',
  weight: 1,
  async inject(scene) {
    const { workers, stop } = scene;
    const settled: Promise<void>[] = [];
    for (let change = 0; change < changes && !stop.aborted; change += 1) {
      const adds = change % 2 === 0;
      // Whoever leaves leaves somebody behind.
      const possible = adds
        ? workers.all.length < workers.wanted + additionalMax
        : await cameTrue(() => workers.busy.length > 1, changeEveryMs * 2, stop);
      if (possible && !stop.aborted) settled.push(adds ? add(scene) : remove(scene));
      await pause(changeEveryMs, stop);
    }
    await Promise.all(settled);
  },
};
