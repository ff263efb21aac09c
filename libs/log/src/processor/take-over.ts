/** How a member comes to own a partition. The numbers are those of docs/architecture.md. */
import type { Engine, Transactor } from '../engine.ts';
import type { Notify } from '../notify.ts';
import type { ProcessorDefinition, Task, TaskContext } from '../port.ts';
import { applyRecord } from './apply-record.ts';
import { forEachBatch } from './batches.ts';
import type { SideCursor } from './side-cursor.ts';
import type { SideInputs } from './side-inputs.ts';
import { type Restored, readSnapshots } from './snapshot-records.ts';

export interface OwnedTask {
  readonly task: Task;
  readonly transactor: Transactor;
  readonly sides: SideCursor;
  /** Keys with a valid snapshot. */
  readonly snapshotKeys: Iterable<string>;
  /** Newest minute that a record has opened so far; undefined: none yet. */
  readonly openMinute: number | undefined;
}

export const minuteOf = (timestampMs: number): number => Math.floor(timestampMs / 60_000);

const nothingRestored: Restored = { keys: new Map(), marks: [], replayFrom: undefined };

export async function takeOver(
  engine: Engine,
  definition: ProcessorDefinition,
  partition: number,
  { sideInputs, notify, stop }: { sideInputs: SideInputs; notify: Notify; stop: AbortSignal },
): Promise<OwnedTask> {
  const { group, input } = definition;
  // 1. Fence the previous owner and settle what it left.
  const transactor = await engine.transactor(group, input, partition);
  let sides: SideCursor | undefined;
  try {
    stop.throwIfAborted();
    // 2. The committed offset, read after the fence: nothing of the previous owner can come after it.
    const { committed } = transactor;
    // 3. The newest valid snapshots and the recorded side offsets; side inputs up to their present end.
    const restored =
      committed === undefined
        ? nothingRestored
        : await readSnapshots(engine, definition, { partition, committed }, stop);
    stop.throwIfAborted();
    sides = await sideInputs.attach(stop);
    // 4. The input from there to the committed offset, outputs discarded.
    const task = definition.task(partition);
    const openMinute =
      committed === undefined
        ? undefined
        : await replay(engine, definition, { partition, committed, task, restored, sides }, notify, stop);
    stop.throwIfAborted();
    // 5. Go live: the caller reads on from the committed offset.
    return { task, transactor, sides, snapshotKeys: restored.keys.keys(), openMinute };
  } catch (cause) {
    if (sides !== undefined) sideInputs.detach(sides);
    await transactor.close().catch(() => {});
    throw cause;
  }
}

interface Replay {
  readonly partition: number;
  readonly committed: number;
  readonly task: Task;
  readonly restored: Restored;
  readonly sides: SideCursor;
}

/** Repeats what an earlier run did; returns the newest minute it saw. */
async function replay(
  engine: Engine,
  { group, input }: ProcessorDefinition,
  { partition, committed, task, restored, sides }: Replay,
  notify: Notify,
  stop: AbortSignal,
): Promise<number | undefined> {
  // At least the last record is read again: its minute tells whether the next one opens a new one.
  const from = restored.replayFrom === undefined ? 0 : Math.min(restored.replayFrom, Math.max(0, committed - 1));
  const beginning = (await engine.offsets(input)).find((place) => place.partition === partition)?.beginning ?? 0;
  const missed = `${group}: ${input} partition ${partition} begins at offset ${beginning}, older records are gone`;
  if (beginning > committed) notify(`${missed}; those from ${committed} on were never processed`);
  else if (beginning > from) notify(`${missed}; the state is rebuilt from what is left, ${from} was needed`);
  const marks = [...restored.marks];
  let openMinute: number | undefined;
  // One mark after the other, as the earlier run did, so that side records come in the very same order.
  const passMarks = (offset: number): void => {
    for (let mark = marks[0]; mark !== undefined && mark.inputOffset <= offset; mark = marks[0]) {
      marks.shift();
      sides.applyTo(task, mark.sides);
      openMinute = Math.max(openMinute ?? Number.MIN_SAFE_INTEGER, minuteOf(mark.openTime));
    }
  };
  passMarks(from);
  for (const [key, { state }] of restored.keys) task.restore?.(key, state);
  const contains = (key: string, offset: number): boolean => offset < (restored.keys.get(key)?.offset ?? 0);
  const reader = engine.reader({
    topic: input,
    partitions: [partition],
    from: { offsets: new Map([[partition, from]]) },
    until: 'end',
  });
  await forEachBatch(reader, stop, (batch) => {
    for (const record of batch) {
      if (record.offset >= committed) return 'enough';
      passMarks(record.offset);
      openMinute = Math.max(openMinute ?? Number.MIN_SAFE_INTEGER, minuteOf(record.timestamp));
      if (record.key !== null && contains(record.key, record.offset)) continue;
      const context: TaskContext = { emit: () => {}, fresh: (key) => !contains(key, record.offset) };
      applyRecord(group, task, record, context);
    }
    return (reader.positions().get(partition) ?? 0) >= committed ? 'enough' : undefined;
  });
  passMarks(committed);
  return openMinute;
}
