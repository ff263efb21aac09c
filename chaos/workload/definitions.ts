/** The stages as processors. */
import type { ProcessorDefinition } from '@screener/log';
import { DigestTask } from './digest-task.ts';
import { rulesTopic, type Stage, snapshotEveryMs } from './names.ts';
import { TallyTask } from './tally-task.ts';

export type StageTask = TallyTask | DigestTask;

export const definitionOf = ({ name, group, input, snapshots }: Stage): ProcessorDefinition => ({
  group,
  input,
  sides: [rulesTopic],
  snapshots,
  snapshotVersion: 1,
  snapshotEveryMs,
  task: (partition): StageTask => (name === 'tally' ? new TallyTask(partition) : new DigestTask(partition)),
});
