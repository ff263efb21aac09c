/** Two stages that were made for this: whatever is applied twice, too late or in another order shows in them. */
import type { LogRecord, Member, Task } from '@screener/log';
import type { App } from '@screener/service';
import { fromBytes } from './bytes.ts';
import { definitionOf, type StageTask } from './definitions.ts';
import { rulesCount, stages, topologyOf } from './names.ts';
import { ruleRecord } from './rules.ts';
import { createStream } from './stream.ts';
import type { Entry } from './tally-task.ts';
import type { TaskState, Workload } from './workload.ts';

const partitions = 6;

/** A plain composition, as apps are. */
const app: App = {
  name: 'chaos',
  async start({ log }) {
    const members: Member[] = [];
    for (const stage of stages) members.push(await log.processor(definitionOf(stage)));
    return {
      failed: Promise.race(members.map(({ failed }) => failed)),
      stop: async () => void (await Promise.all(members.map((member) => member.close()))),
    };
  },
};

const isStageTask = (task: Task): task is StageTask => 'rules' in task;

function stateOf(task: Task): TaskState {
  if (!isStageTask(task)) throw new TypeError('a task of another workload');
  const keys = [...task.keys()].sort();
  return {
    keys: Object.fromEntries(keys.map((key) => [key, Buffer.from(task.snapshot(key)).toString()])),
    rules: task.rules.versions(),
  };
}

export const tallyWorkload: Workload = {
  topology: topologyOf(partitions),
  app,
  stages: stages.map((stage) => ({ definition: definitionOf(stage), partitions, outputs: [stage.output] })),
  minutesPerSecond: 8,
  sideChanges: { rules: rulesCount, recordOf: ruleRecord },
  stream: (seed) => createStream(seed, partitions),
  numberOf: ({ key, value }: LogRecord) => (key === null ? undefined : (fromBytes(value) as Entry).n),
  stateOf,
};
