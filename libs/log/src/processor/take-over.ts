/** How a member comes to own a partition. The numbers are those of docs/architecture.md. */
import type { RecordSkipped } from '@screener/events';
import type { Engine, Transactor } from '../engine.ts';
import type { Notify } from '../notify.ts';
import type { ProcessorDefinition, Task } from '../port.ts';
import { nothingRestored, type Restored, readSnapshots } from './read-snapshots.ts';
import { replay, sideTimes } from './replay.ts';
import type { SideCursor } from './side-cursor.ts';
import type { Attending, SideInputs } from './side-inputs.ts';
import { Skips } from './skips.ts';
import type { TakeOverQueue } from './take-over-queue.ts';

export interface RebuiltTask {
  readonly task: Task;
  readonly sides: SideCursor;
  readonly skips: Skips;
  /** What the snapshots topic held. */
  readonly restored: Restored;
  /** Skips of side records that are not there any more, so that no replay can meet them. */
  readonly goneSkips: readonly RecordSkipped[];
  /** Newest minute that a record has opened so far; undefined: none yet. */
  readonly openMinute: number | undefined;
}

export interface OwnedTask extends RebuiltTask {
  readonly transactor: Transactor;
}

export interface Surroundings extends Attending {
  readonly engine: Engine;
  readonly definition: ProcessorDefinition;
  readonly partition: number;
  readonly sideInputs: SideInputs;
  readonly takeOvers: TakeOverQueue;
  readonly notify: Notify;
}

export async function takeOver(around: Surroundings): Promise<OwnedTask> {
  const { engine, definition, partition, takeOvers, stop } = around;
  // 1. Fence the previous owner and settle what it left: at once, for readers of its outputs wait for that.
  const transactor = await engine.transactor(definition.group, definition.input, partition);
  try {
    stop.throwIfAborted();
    // 2. The committed offset, read after the fence: nothing of the previous owner can come after it.
    const { committed } = transactor;
    // Few at a time: nobody else can write this partition by now, however long its turn takes to come.
    const rebuilt = await takeOvers.run(around, () => rebuildTask(around, committed));
    // 5. Go live: the caller reads on from the committed offset.
    return { ...rebuilt, transactor };
  } catch (cause) {
    await transactor.close().catch(() => {});
    throw cause;
  }
}

/** A task as it was when `committed` was committed; also for one that a record broke. */
export async function rebuildTask(around: Surroundings, committed: number | undefined): Promise<RebuiltTask> {
  const { engine, definition, partition, sideInputs, stop } = around;
  // 3. The newest valid snapshots and what else was recorded; side inputs up to their present end.
  const restored =
    committed === undefined
      ? nothingRestored
      : await readSnapshots(engine, definition, { partition, committed }, around);
  stop.throwIfAborted();
  const owner = { group: definition.group, input: definition.input, partition };
  const sides = await sideInputs.attach(owner, around, await sideTimes(around, committed, restored));
  try {
    const task = definition.task(partition);
    const skips = new Skips(restored.skips);
    const goneSkips = restored.skips.filter(({ topic, recordPartition, recordOffset }) =>
      sides.isGone({ topic, partition: recordPartition, offset: recordOffset }),
    );
    // 4. The input from there to the committed offset, outputs discarded.
    const openMinute =
      committed === undefined ? undefined : await replay(around, { committed, task, restored, sides, skips });
    stop.throwIfAborted();
    return { task, sides, skips, restored, goneSkips, openMinute };
  } catch (cause) {
    sideInputs.detach(sides);
    throw cause;
  }
}
