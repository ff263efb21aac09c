/** Replays by the real processor: from the snapshots that the live run left, and from the beginning without them. */
import type { Log, Task } from '@screener/log';
import { cameTrue } from '../scene.ts';
import type { Stage, TaskState, Workload } from '../workload/workload.ts';
import { OutputSequences } from './output-sequences.ts';

export interface Replayed {
  /** By partition; missing where the partition did not become live in time. */
  readonly states: ReadonlyMap<number, TaskState>;
  /** What the tasks emitted on the way; the processor discards it. */
  readonly outputs: OutputSequences;
  /** Input records that were applied. */
  readonly applied: number;
}

const liveWithinMs = 180_000;

/** Of a format that nobody wrote and nobody can migrate from: a task that asks for it begins at the beginning. */
export const versionOfNobody = 99;

export async function replay(
  log: Log,
  { stage, stateOf }: { readonly stage: Stage; readonly stateOf: Workload['stateOf'] },
  snapshotVersion?: number,
): Promise<Replayed> {
  const { definition, partitions } = stage;
  const outputs = new OutputSequences(stage);
  const tasks = new Map<number, Task>();
  let applied = 0;
  const recording = (partition: number): Task => {
    const task = definition.task(partition);
    tasks.set(partition, task);
    const apply: Task['apply'] = (record, context) => {
      applied += 1;
      task.apply(record, {
        emit: (output) => {
          outputs.add(partition, output);
          context.emit(output);
        },
        fresh: (key) => context.fresh(key),
      });
    };
    return new Proxy(task, {
      get(target, name) {
        if (name === 'apply') return apply;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  };
  const member = await log.processor({
    ...definition,
    task: recording,
    ...(snapshotVersion !== undefined && { snapshotVersion }),
  });
  try {
    await cameTrue(() => member.partitions().length === partitions, liveWithinMs);
    const live = member.partitions();
    const states = new Map(
      [...tasks].filter(([partition]) => live.includes(partition)).map(([p, t]) => [p, stateOf(t)]),
    );
    return { states, outputs, applied };
  } finally {
    await member.close();
  }
}
