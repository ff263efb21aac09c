/** The alerts of a week, with live prices, corrections and edits of rules, are those of any replay of what was recorded. */
import { type AlertTriggered, decodeEvent } from '@screener/events';
import { type LogRecord, type NewRecord, partitionOf } from '@screener/log';
import { beforeAll, expect, test } from 'vitest';
import { type AlerterTask, createAlerterTask } from './alerter-task.ts';
import { type SimulatedMinute, simulatedWeek } from './testing/simulated-week.ts';

const minutes = 7 * 1_440;
const seed = 11;

/** A number from 0 up to 1, the same for the same seed. */
function seeded(start: number): () => number {
  let state = start;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
}

interface RecordedMinute {
  readonly sides: readonly LogRecord[];
  readonly records: readonly LogRecord[];
}

/** It held at a price between two looks. */
const isOnTheWay = ({ terms, provisional }: AlertTriggered): boolean =>
  provisional === true && /^(highest|lowest) price since/.test(terms?.[0]?.term ?? '');

/** Alerts by key and time, in the order in which they were told of their instrument. */
class Told {
  readonly byInstrument = new Map<string, string[]>();
  readonly counts = new Map<string, number>();
  onTheWay = 0;
  readonly emit = ({ topic, key, value, timestamp }: NewRecord): void => {
    if (topic !== 'alerts' || value === null || key === null) throw new Error(`a record of ${topic}`);
    const { type, event } = decodeEvent(value);
    this.counts.set(type, (this.counts.get(type) ?? 0) + 1);
    if (type === 'AlertTriggered' && isOnTheWay(event)) this.onTheWay += 1;
    const told = this.byInstrument.get(key) ?? [];
    told.push(`${timestamp} ${Buffer.from(value).toString('base64')}`);
    this.byInstrument.set(key, told);
  };
}

const newTask = (partition: number): AlerterTask =>
  createAlerterTask({ partition, changeBasis: 'open', notify: () => {} });

/** Live prices are looked at; what is handed on is recorded where it would stand, between the closed minutes. */
function liveRun(week: Iterable<SimulatedMinute>): { recorded: readonly RecordedMinute[]; told: Told } {
  const task = newTask(0);
  const told = new Told();
  const recorded: RecordedMinute[] = [];
  for (const { sides, live, closed } of week) {
    const records: LogRecord[] = [];
    const apply = (record: LogRecord): void => {
      records.push(record);
      task.apply(record, { emit: told.emit, fresh: () => true });
    };
    for (const record of live) {
      task.applyLive?.(record, (sample) => apply({ ...sample, partition: 0, offset: 0 }));
    }
    for (const record of sides) task.applySide?.(record);
    for (const record of closed) apply(record);
    // Samples of this minute were decided by what was in force before it opened.
    const early = records.length - closed.length;
    recorded.push({ sides: [], records: records.slice(0, early) }, { sides, records: records.slice(early) });
  }
  return { recorded, told };
}

/** Each partition has an owner of its own; now and then one dies, and another begins with its snapshots. */
function replay(recorded: readonly RecordedMinute[], partitions: number, random: () => number): Told {
  const told = new Told();
  let tasks = Array.from({ length: partitions }, (_, partition) => newTask(partition));
  const sidesSoFar: LogRecord[] = [];
  for (const { sides, records } of recorded) {
    for (const task of tasks) for (const record of sides) task.applySide?.(record);
    sidesSoFar.push(...sides);
    for (const record of records) {
      const chosen = record.key === null ? tasks : [tasks[partitionOf(record.key, partitions)]];
      for (const task of chosen) task?.apply(record, { emit: told.emit, fresh: () => true });
    }
    if (random() < 0.0005) tasks = tasks.map((task, partition) => successorOf(task, partition, sidesSoFar));
  }
  return told;
}

function successorOf(task: AlerterTask, partition: number, sides: readonly LogRecord[]): AlerterTask {
  const next = newTask(partition);
  for (const record of sides) next.applySide?.(record);
  for (const key of task.keys?.() ?? []) next.restore?.(key, task.snapshot?.(key) ?? new Uint8Array());
  return next;
}

let live: ReturnType<typeof liveRun>;

beforeAll(() => {
  live = liveRun(simulatedWeek(seeded(seed), minutes));
}, 60_000);

test('the week has everything in it', () => {
  const { counts } = live.told;
  for (const [type, least] of [
    ['AlertTriggered', 500],
    ['AlertAmended', 100],
    ['AlertRetracted', 10],
  ] as const) {
    expect(counts.get(type) ?? 0, type).toBeGreaterThan(least);
  }
  expect(live.told.onTheWay).toBeGreaterThan(10);
});

test.each([1, 2, 3])('%i owners tell the same', { timeout: 60_000 }, (partitions) => {
  const { byInstrument } = replay(live.recorded, partitions, seeded(seed + partitions));
  expect([...byInstrument.keys()].sort()).toEqual([...live.told.byInstrument.keys()].sort());
  for (const [instrument, told] of live.told.byInstrument) {
    const again = byInstrument.get(instrument) ?? [];
    const different = told.findIndex((line, place) => line !== again[place]);
    expect({ instrument, different, count: again.length }).toEqual({ instrument, different: -1, count: told.length });
  }
});
