/** Repeats what earlier runs did with a partition, outputs discarded, until the task is where they ended. */
import { ScreenerError } from '@screener/errors';
import type { Task, TaskContext } from '../port.ts';
import { applyRecord } from './apply-record.ts';
import { forEachBatch } from './batches.ts';
import type { Restored } from './read-snapshots.ts';
import type { SideCursor } from './side-cursor.ts';
import type { Skips } from './skips.ts';
import type { Surroundings } from './take-over.ts';

/** How far back the last processed record is looked for: only transaction markers and skipped records are in the way. */
const lookBackFirst = 16;
const lookBackFactor = 16;

export interface Replay {
  readonly committed: number;
  readonly task: Task;
  readonly restored: Restored;
  readonly sides: SideCursor;
  readonly skips: Skips;
}

export const minuteOf = (timestampMs: number): number => Math.floor(timestampMs / 60_000);

/** Returns the newest minute that the earlier runs opened. */
export async function replay(around: Surroundings, given: Replay): Promise<number | undefined> {
  const { partition, stop, alive } = around;
  const { group } = around.definition;
  const { committed, task, restored, sides, skips } = given;
  const from = await replayStart(around, given);
  let openMinute: number | undefined;
  let sawRecord = false;
  let nextMark = 0;
  // One mark after the other, as the earlier run did, so that side records come in the very same order.
  const passMarks = (offset: number): void => {
    for (let mark = restored.marks[nextMark]; mark !== undefined; mark = restored.marks[nextMark]) {
      if (mark.inputOffset > offset) break;
      nextMark += 1;
      sides.applyTo(task, skips, mark.sides);
      openMinute = Math.max(openMinute ?? Number.MIN_SAFE_INTEGER, minuteOf(mark.openTime));
    }
  };
  passMarks(from);
  for (const [key, { state }] of restored.keys) task.restore?.(key, state);
  const contains = (key: string, offset: number): boolean => offset < (restored.keys.get(key)?.offset ?? 0);
  if (from < committed) {
    const reader = readerFrom(around, from);
    await forEachBatch(reader, stop, (batch) => {
      alive();
      for (const record of batch) {
        if (record.offset >= committed) return 'enough';
        if (skips.has(record)) continue;
        passMarks(record.offset);
        sawRecord = true;
        openMinute = Math.max(openMinute ?? Number.MIN_SAFE_INTEGER, minuteOf(record.timestamp));
        if (record.key !== null && contains(record.key, record.offset)) continue;
        const context: TaskContext = { emit: () => {}, fresh: (key) => !contains(key, record.offset) };
        applyRecord(group, task, record, context);
      }
      return (reader.positions().get(partition) ?? 0) >= committed ? 'enough' : undefined;
    });
  }
  passMarks(committed);
  const newest = sawRecord ? undefined : await lastMinute(around, given);
  return newest === undefined ? openMinute : Math.max(newest, openMinute ?? newest);
}

/** Where a replay begins. A snapshot that cannot be used needs all of the input that it stood for, or we do not start. */
async function replayStart({ engine, definition, partition, notify }: Surroundings, given: Replay): Promise<number> {
  const { group, input } = definition;
  const { committed, task, restored } = given;
  const from = oldestNeeded(committed, restored);
  const beginning = (await engine.offsets(input)).find((place) => place.partition === partition)?.beginning ?? 0;
  if (beginning <= from) return from;
  const missed = `${group}: ${input} partition ${partition} begins at offset ${beginning}, older records are gone`;
  if (beginning > committed && restored.lost.size === 0)
    notify(`${missed}; those from ${committed} on were never processed`);
  else if (task.snapshot === undefined || task.keys === undefined) {
    notify(`${missed}; the state is rebuilt from what is left, ${from} was needed`);
  } else throw unusable(definition.group, `${input} partition ${partition}`, restored, { from, beginning });
  return from;
}

function oldestNeeded(committed: number, { keys, lost, floor }: Restored): number {
  const needed = [...[...keys.values()].map(({ offset }) => offset), ...[...lost.values()].map(({ began }) => began)];
  return needed.length > 0 ? Math.min(...needed, committed) : Math.min(floor ?? 0, committed);
}

/** Times from which on side topics matter whose old records nobody asks for. */
export async function sideTimes(
  around: Surroundings,
  committed: number | undefined,
  restored: Restored,
): Promise<ReadonlyMap<string, number>> {
  return sideTimesFrom(around, committed === undefined ? 0 : oldestNeeded(committed, restored));
}

/** The same for a take-over that replays the input from an offset on. */
export async function sideTimesFrom(around: Surroundings, from: number): Promise<ReadonlyMap<string, number>> {
  const { definition, stop, alive } = around;
  const reaches = Object.entries(definition.sideReachMs ?? {});
  if (reaches.length === 0) return new Map();
  let oldest: number | undefined;
  // A little earlier: where nothing is to be replayed, what was processed last tells the time. Records are not in the order of time.
  await forEachBatch(readerFrom(around, Math.max(0, from - lookBackFirst)), stop, (batch) => {
    alive();
    for (const { timestamp } of batch) oldest = Math.min(oldest ?? timestamp, timestamp);
    return 'enough';
  });
  const time = oldest;
  return time === undefined ? new Map() : new Map(reaches.map(([topic, reachMs]) => [topic, time - reachMs]));
}

function unusable(
  group: string,
  place: string,
  { keys, lost, floor }: Restored,
  { from, beginning }: { from: number; beginning: number },
): ScreenerError {
  const [first] = lost.values();
  const none = floor === undefined && keys.size === 0 ? 'there is no snapshot at all' : 'the snapshots are too old';
  const others = lost.size > 1 ? `, and so of ${lost.size - 1} more keys` : '';
  return new ScreenerError('SNAPSHOT_UNUSABLE', {
    group,
    what: `${first === undefined ? none : `${first.reason}${others}`}, and ${place} is needed from offset ${from} but begins at ${beginning}`,
    hint:
      first === undefined
        ? 'let the topic keep its records longer than an app may stand still, and begin anew with another group'
        : 'start the version that wrote the snapshots, or give this one a migrateSnapshot',
  });
}

/** Where nothing had to be replayed: the minute of what was processed last, for the next record may still be in it. */
async function lastMinute(around: Surroundings, { committed, skips }: Replay): Promise<number | undefined> {
  let newest: number | undefined;
  for (let back = lookBackFirst; newest === undefined; back *= lookBackFactor) {
    const from = Math.max(0, committed - back);
    if (from === committed) break;
    await forEachBatch(readerFrom(around, from), around.stop, (batch) => {
      around.alive();
      for (const record of batch) {
        if (record.offset >= committed) return 'enough';
        if (!skips.has(record)) newest = Math.max(newest ?? Number.MIN_SAFE_INTEGER, minuteOf(record.timestamp));
      }
      return undefined;
    });
    if (from === 0 || around.stop.aborted) break;
  }
  return newest;
}

const readerFrom = ({ engine, definition, partition }: Surroundings, offset: number) =>
  engine.reader({
    topic: definition.input,
    partitions: [partition],
    from: { offsets: new Map([[partition, offset]]) },
    until: 'end',
  });
