/** Members that come and go: one change every two seconds, in bursts. */

import { cameTrue, type Fault, pause } from '../scene.ts';
import { pick } from '../seeded-random.ts';

const changes = 4;
const changeEveryMs = 2_000;
/** Its share has to come from the others first. */
const shareWithinMs = 20_000;

export const membersComeAndGo: Fault = {
  kind: 'member-added',
  weight: 1,
  async inject({ workers, ledger, violations, random, stop, say }) {
    const settled: Promise<void>[] = [];
    for (let change = 0; change < changes && !stop.aborted; change += 1) {
      if (change % 2 === 0) {
        const added = workers.start();
        const joined = cameTrue(() => added.liveCount > 0 || added.gone, shareWithinMs);
        settled.push(joined.then(() => ledger.record('member-added', added.liveCount > 0)));
        say(`${added.name} was added`);
      } else if (workers.busy.length > 1) {
        const leaving = pick(random, workers.busy);
        const owned = leaving.liveCount;
        settled.push(
          workers.close(leaving).then((left) => {
            ledger.record('member-removed', left && owned > 0);
            if (!left)
              violations.add('crashed', `${leaving.name} did not leave: ${leaving.notices.slice(-3).join(' | ')}`);
            say(`${leaving.name} left with ${owned} partitions`);
          }),
        );
      }
      await pause(changeEveryMs, stop);
    }
    await Promise.all(settled);
  },
};
