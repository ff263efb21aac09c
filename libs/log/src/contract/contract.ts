/** The promises of the log, written once and run on every engine. */
import { afterAll, beforeAll, describe } from 'vitest';
import { Bench, type OpenEngine } from './bench.ts';
import { describeConsumers } from './consumers.ts';
import { describeEverythingAtOnce } from './everything-at-once.ts';
import { describeExactlyOnce } from './exactly-once.ts';
import { describeGroups } from './groups.ts';
import { describeLiveTopics } from './live-topics.ts';
import { describePoison } from './poison.ts';
import { describeRecords } from './records.ts';
import { describeReplays } from './replays.ts';
import { describeSideInputs } from './side-inputs.ts';
import { describeSnapshots } from './snapshots.ts';
import { describeSources } from './sources.ts';
import { describeStagedTakeOvers } from './staged-take-overs.ts';
import { describeStuckTasks } from './stuck-tasks.ts';
import { describeTopics } from './topics.ts';
import { describeTransactors } from './transactors.ts';
import { describeUpkeep } from './upkeep.ts';

export function describeLogContract(name: string, open: OpenEngine): void {
  describe(name, () => {
    const bench = new Bench(open);
    beforeAll(() => bench.start());
    afterAll(() => bench.stop());
    describeTopics(bench);
    describeRecords(bench);
    describeTransactors(bench);
    describeGroups(bench);
    describeConsumers(bench);
    describeSources(bench);
    describeExactlyOnce(bench);
    describeLiveTopics(bench);
    describePoison(bench);
    describeStuckTasks(bench);
    describeReplays(bench);
    describeSnapshots(bench);
    describeUpkeep(bench);
    describeStagedTakeOvers(bench);
    describeSideInputs(bench);
    describeEverythingAtOnce(bench);
  });
}

export type { OpenEngine };
