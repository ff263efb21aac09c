/** The stages as processors, and the state of their tasks as bytes that two runs can be compared by. */
import type { ProcessorDefinition, Task } from '@screener/log';
import { DigestTask } from './digest-task.ts';
import { rulesTopic, type Stage, snapshotEveryMs } from './names.ts';
import { TallyTask } from './tally-task.ts';

export type StageTask = TallyTask | DigestTask;

export const createTask = (stage: Stage, partition: number): StageTask =>
  stage.name === 'tally' ? new TallyTask(partition) : new DigestTask(partition);

/** `created` hears of each new task, which replaces the one before of its partition. */
export function definitionOf(
  stage: Stage,
  created: (partition: number, task: StageTask) => Task = (_partition, task) => task,
): ProcessorDefinition {
  return {
    group: stage.group,
    input: stage.input,
    sides: [rulesTopic],
    snapshots: stage.snapshots,
    snapshotVersion: 1,
    snapshotEveryMs,
    task: (partition) => created(partition, createTask(stage, partition)),
  };
}

/** Each key with its snapshot bytes (base64), in order of keys, and the side versions in force. */
export interface TaskState {
  readonly keys: Readonly<Record<string, string>>;
  readonly rules: readonly number[];
}

export function stateOf(task: StageTask): TaskState {
  const keys = [...task.keys()].sort();
  return {
    keys: Object.fromEntries(keys.map((key) => [key, Buffer.from(task.snapshot(key)).toString('base64')])),
    rules: task.rules.versions(),
  };
}
