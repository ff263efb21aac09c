/** Replays by the real processor: from the snapshots that the live run left, and from the beginning without them. */
import { type Log, partitionOf, type Task } from '@screener/log';
import { cameTrue } from '../scene.ts';
import { definitionOf, type StageTask, stateOf, type TaskState } from '../workload/definitions.ts';
import type { Stage } from '../workload/names.ts';
import { SequenceBuilder, type Sequences } from './compare.ts';

export interface Replayed {
  /** By partition; missing where the partition did not become live in time. */
  readonly states: ReadonlyMap<number, TaskState>;
  /** What the tasks emitted on the way; the processor discards it. */
  readonly outputs: Sequences;
  /** Input records that were applied. */
  readonly applied: number;
}

const liveWithinMs = 90_000;

/** Of a format that nobody wrote and nobody can migrate from: a task that asks for it begins at the beginning. */
export const versionOfNobody = 99;

export async function replay(log: Log, stage: Stage, partitions: number, snapshotVersion?: number): Promise<Replayed> {
  const outputs = new SequenceBuilder();
  const tasks = new Map<number, StageTask>();
  let applied = 0;
  const recording = (partition: number, task: StageTask): Task => {
    tasks.set(partition, task);
    return {
      apply: (record, context) => {
        applied += 1;
        task.apply(record, {
          emit: (output) => {
            outputs.add(
              output.partition ?? partitionOf(output.key, partitions),
              output.key,
              output.timestamp,
              output.value,
            );
            context.emit(output);
          },
          fresh: (key) => context.fresh(key),
        });
      },
      applySide: (record) => task.applySide(record),
      keys: () => task.keys(),
      snapshot: (key) => task.snapshot(key),
      restore: (key, state) => task.restore(key, state),
    };
  };
  const member = await log.processor({
    ...definitionOf(stage, recording),
    ...(snapshotVersion !== undefined && { snapshotVersion }),
  });
  try {
    await cameTrue(() => member.partitions().length === partitions, liveWithinMs);
    const live = member.partitions();
    const states = new Map(
      [...tasks].filter(([partition]) => live.includes(partition)).map(([p, t]) => [p, stateOf(t)]),
    );
    return { states, outputs: outputs.sequences, applied };
  } finally {
    await member.close();
  }
}
