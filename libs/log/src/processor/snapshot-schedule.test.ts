import { decodeEvent } from '@screener/events';
import { describe, expect, test } from 'vitest';
import type { LogRecord, NewRecord, ProcessorDefinition, Task } from '../port.ts';
import { nothingRestored, type Restored, type RestoredKey } from './read-snapshots.ts';
import { keysMaxPerTransaction, recordsMaxWithoutSnapshots, SnapshotSchedule } from './snapshot-schedule.ts';

const minuteMs = 60_000;
const everyMs = 3_600_000;

const record = (offset: number, minute: number, key: string | null = null): LogRecord => ({
  topic: 'input',
  partition: 0,
  offset,
  key,
  value: null,
  timestamp: minute * minuteMs,
});

/** A task whose keys all have state. */
function scheduleOf(names: readonly string[], restored: Restored = nothingRestored): SnapshotSchedule {
  const task: Task = { apply: () => {}, keys: () => names, snapshot: (key) => Buffer.from(key), restore: () => {} };
  const definition: ProcessorDefinition = {
    group: 'g',
    input: 'input',
    snapshots: 'snapshots',
    snapshotVersion: 1,
    snapshotEveryMs: everyMs,
    task: () => task,
  };
  return new SnapshotSchedule(definition, 0, task, restored);
}

const snapshotsIn = (records: readonly NewRecord[]): string[] =>
  records.flatMap(({ value }) => {
    const { type, event } = decodeEvent(value ?? new Uint8Array());
    return type === 'SnapshotTaken' ? [`${event.key} at ${event.offset}`] : [];
  });

/** As a take-over finds a key whose newest snapshot was taken then. */
const restoredKey = (takenAtMs: number, other: Partial<RestoredKey> = {}): RestoredKey => ({
  offset: 5,
  state: new Uint8Array(),
  takenAtMs,
  slot: 'a',
  older: 3,
  began: 0,
  migrated: false,
  ...other,
});

describe('snapshots', () => {
  test('of new keys go with their transaction, others only when they are asked for', () => {
    const schedule = scheduleOf(['a', 'b']);
    expect(snapshotsIn(schedule.ofNewKeys([record(0, 0)], 1))).toEqual(['a at 1', 'b at 1']);
    expect(schedule.hasDue).toBe(false);
    const taken: string[] = [];
    for (let minute = 1; minute <= 120; minute += 1) {
      expect(snapshotsIn(schedule.ofNewKeys([record(minute, minute)], minute + 1))).toEqual([]);
      taken.push(...snapshotsIn(schedule.due(minute + 1)).map((line) => line.slice(0, 1)));
      expect(schedule.hasDue).toBe(false);
    }
    // Two hours: twice each.
    expect(taken.sort()).toEqual(['a', 'a', 'b', 'b']);
  });

  test('that were due when an owner died are due again, by when the newest was taken', () => {
    const owner = scheduleOf(['a']);
    owner.ofNewKeys([record(0, 0)], 1);
    let dueAt = 0;
    for (let minute = 1; dueAt === 0; minute += 1) {
      owner.ofNewKeys([record(minute, minute)], minute + 1);
      if (owner.hasDue) dueAt = minute;
    }
    expect(dueAt).toBeLessThanOrEqual(60);
    // It dies before it wrote any, and others after it, some before the moment, some after.
    const restored: Restored = { ...nothingRestored, keys: new Map([['a', restoredKey(0)]]), floor: 0 };
    for (const [minute, isDue] of [
      [dueAt - 1, false],
      [dueAt, true],
      [dueAt + 1, true],
      [dueAt + 500, true],
    ] as const) {
      const next = scheduleOf(['a'], restored);
      next.ofNewKeys([record(minute, minute, 'a')], minute + 1);
      expect(next.hasDue).toBe(isDue);
      expect(snapshotsIn(next.due(minute + 1))).toEqual(isDue ? [`a at ${minute + 1}`] : []);
    }
  });

  test('in an older format are due at once, those that are newer than what comes are not', () => {
    const keys = new Map([
      ['a', restoredKey(0, { migrated: true })],
      ['b', restoredKey(100 * everyMs)],
    ]);
    const schedule = scheduleOf(['a', 'b'], { ...nothingRestored, keys, floor: 0 });
    schedule.ofNewKeys([record(7, 1, 'a')], 8);
    expect(snapshotsIn(schedule.due(8))).toEqual(['a at 8']);
    expect(schedule.hasDue).toBe(false);
  });

  test('of many keys come in several transactions, and raise the floor when they are all there', () => {
    const names = Array.from({ length: 2.5 * keysMaxPerTransaction }, (_, i) => `key-${i}`);
    const keys = new Map(names.map((name) => [name, restoredKey(0)]));
    const schedule = scheduleOf(names, { ...nothingRestored, keys, floor: 3 });
    schedule.ofNewKeys([record(90, 90, 'key-0')], 91);
    const floors: (number | undefined)[] = [];
    for (const count of [keysMaxPerTransaction, keysMaxPerTransaction, keysMaxPerTransaction / 2]) {
      expect(schedule.hasDue).toBe(true);
      expect(snapshotsIn(schedule.due(91))).toHaveLength(count);
      floors.push(schedule.floor);
    }
    expect(schedule.hasDue).toBe(false);
    expect(floors).toEqual([3, 3, 5]);
  });

  test('are overdue after so many records, whoever is behind', () => {
    const schedule = scheduleOf(['a']);
    const batch = Array.from({ length: 500 }, (_, i) => record(i, 0, 'a'));
    for (let count = 500; count < recordsMaxWithoutSnapshots; count += 500) {
      schedule.ofNewKeys(batch, 500);
      expect(schedule.isOverdue).toBe(false);
    }
    schedule.ofNewKeys(batch, 500);
    expect(schedule.isOverdue).toBe(true);
    schedule.due(500);
    expect(schedule.isOverdue).toBe(false);
  });

  test('of a task that keeps none are never written', () => {
    const task: Task = { apply: () => {} };
    const definition: ProcessorDefinition = {
      group: 'g',
      input: 'input',
      snapshots: 's',
      snapshotVersion: 1,
      task: () => task,
    };
    const schedule = new SnapshotSchedule(definition, 0, task, nothingRestored);
    expect(schedule.ofNewKeys([record(0, 0), record(1, 500)], 2)).toEqual([]);
    expect(schedule.due(2)).toEqual([]);
    expect(schedule.floor).toBeUndefined();
  });
});
