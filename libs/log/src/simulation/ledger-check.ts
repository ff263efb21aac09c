/** What a run that nothing disturbed would have written, computed without processor and engine; and how a run differs. */
import { decodeAs, decodeEvent, type SideOffsetsTaken, type SnapshotTaken } from '@screener/events';
import { text } from '../contract/bench.ts';
import { LedgerTask, lineOf } from '../contract/ledger-task.ts';
import type { LogRecord } from '../port.ts';
import type { SimulatedStorage } from './simulated-storage.ts';

export interface LedgerTopics {
  readonly input: string;
  readonly output: string;
  readonly snapshots: string;
  readonly side: string;
  readonly deadLetters: string;
}

export interface Expectation {
  readonly outputs: string[];
  readonly state: unknown;
  /** Records of the side input that the last record could see. */
  readonly sidesUsed: number;
}

/** A violation is one line for people. */
export function checkOutputs(storage: SimulatedStorage, topics: LedgerTopics): string[] {
  const written = storage.history(topics.output);
  return written.flatMap((records, partition) => {
    const { expectation, violations } = undisturbed(storage, topics, partition);
    return [...violations, ...differences(`partition ${partition}`, expectation.outputs, records.map(lineOf))];
  });
}

/** The fold over input and side input of one partition, obeying the side offsets that the run recorded. */
export function undisturbed(
  storage: SimulatedStorage,
  topics: LedgerTopics,
  partition: number,
): { expectation: Expectation; violations: string[] } {
  const marks = storage.history(topics.snapshots)[partition]?.flatMap(markOf) ?? [];
  const violations = checkMarks(marks, partition);
  const sides = storage.history(topics.side);
  const used = sides.map(() => 0);
  const task = new LedgerTask(topics.output, partition);
  for (const record of storage.history(topics.input)[partition] ?? []) {
    for (let mark = marks[0]; mark !== undefined && mark.inputOffset <= record.offset; mark = marks[0]) {
      marks.shift();
      for (const [side, next] of (mark.sides[topics.side] ?? []).entries()) {
        for (const { offset, ...rest } of sides[side] ?? []) {
          if (offset >= (used[side] ?? 0) && offset < next) task.applySide({ ...rest, offset });
        }
        used[side] = next;
      }
    }
    if (!isPoison(record)) task.apply(record, { emit: () => {}, fresh: () => true });
  }
  const outputs = task.emitted.map(lineOf);
  return {
    expectation: { outputs, state: task.state(), sidesUsed: used.reduce((sum, next) => sum + next, 0) },
    violations,
  };
}

/** The ledger task throws on it. */
export const poison = 'poison';

const isPoison = ({ value }: LogRecord): boolean => text(value) === poison;

/** Each record that cannot be processed is set aside exactly once. */
export function checkDeadLetters(storage: SimulatedStorage, topics: LedgerTopics): string[] {
  const placeOf = (topic: string, partition: number, offset: number): string => `${topic}/${partition}/${offset}`;
  const expected = storage
    .history(topics.input)
    .flat()
    .filter(isPoison)
    .map(({ topic, partition, offset }) => placeOf(topic, partition, offset));
  const found = storage
    .history(topics.deadLetters)
    .flat()
    .map(({ value }) => decodeAs('DeadLetter', value ?? new Uint8Array(0)))
    .map(({ topic, partition, offset }) => placeOf(topic, partition, offset));
  return differences('dead letters', expected.sort(), found.sort());
}

/** However often its owners died before they wrote it: a snapshot that is due is written at last. */
export function checkSnapshots(
  storage: SimulatedStorage,
  topics: LedgerTopics,
  { everyMs, untilMs }: { everyMs: number; untilMs: number },
): string[] {
  const newest = new Map<string, number>();
  for (const record of storage.history(topics.snapshots).flat()) {
    for (const { key } of snapshotOf(record)) newest.set(`${record.partition}/${key}`, record.timestamp);
  }
  return [...newest]
    .filter(([, takenAtMs]) => takenAtMs <= untilMs - everyMs)
    .map(([key, takenAtMs]) => `the newest snapshot of ${key} is ${untilMs - takenAtMs} ms old at the end`);
}

function snapshotOf({ value }: LogRecord): SnapshotTaken[] {
  if (value === null) return [];
  const { type, event } = decodeEvent(value);
  return type === 'SnapshotTaken' ? [event] : [];
}

function markOf({ value }: LogRecord): SideOffsetsTaken[] {
  if (value === null) return [];
  const { type, event } = decodeEvent(value);
  return type === 'SideOffsetsTaken' ? [event] : [];
}

/** Side inputs only go forward, and a minute is opened once. */
function checkMarks(marks: readonly SideOffsetsTaken[], partition: number): string[] {
  return marks.flatMap((mark, index) => {
    const before = marks[index - 1];
    if (before === undefined) return [];
    const where = `partition ${partition}: the side offsets at input offset ${mark.inputOffset}`;
    if (mark.inputOffset <= before.inputOffset) return [`${where} come after those at ${before.inputOffset}`];
    if (mark.openTime <= before.openTime) return [`${where} belong to a minute that was open already`];
    const goesBack = Object.entries(mark.sides).some(([topic, offsets]) =>
      offsets.some((offset, side) => offset < (before.sides[topic]?.[side] ?? 0)),
    );
    return goesBack ? [`${where} go back`] : [];
  });
}

/** Says what kind of difference it is, with the first example. */
export function differences(where: string, expected: readonly string[], found: readonly string[]): string[] {
  const at = expected.findIndex((line, index) => line !== found[index]);
  const first = at === -1 ? expected.length : at;
  if (at === -1 && found.length === expected.length) return [];
  const kind = kindOf(expected, found);
  return [`${where}: ${kind}; output ${first} is '${found[first]}', expected '${expected[first]}'`];
}

function kindOf(expected: readonly string[], found: readonly string[]): string {
  const count = (lines: readonly string[]): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
    return counts;
  };
  const [wanted, got] = [count(expected), count(found)];
  let missing = 0;
  let doubled = 0;
  let unknown = 0;
  for (const [line, times] of wanted) missing += Math.max(0, times - (got.get(line) ?? 0));
  for (const [line, times] of got) {
    if (wanted.has(line)) doubled += Math.max(0, times - (wanted.get(line) ?? 0));
    else unknown += times;
  }
  if (missing + doubled + unknown === 0) return 'the outputs are in another order';
  return `of ${expected.length} outputs ${missing} are missing, ${doubled} came twice, ${unknown} are others`;
}
