/** A task that goes on where another ended, as the engine does it. */
import type { LogRecord, Task } from '@screener/log';

export interface Snapshot {
  /** Of the first record that is not in it. */
  readonly offset: number;
  readonly state: Uint8Array;
}

/** From snapshots of its keys, each of another moment, and the records since; `from`: older ones are not looked at. */
export function takenOver(
  create: () => Task,
  records: readonly LogRecord[],
  committed: number,
  snapshots: ReadonlyMap<string, Snapshot>,
  from = 0,
): Task {
  const task = create();
  for (const [key, { state }] of snapshots) task.restore?.(key, state);
  const contains = (key: string, offset: number): boolean => offset < (snapshots.get(key)?.offset ?? 0);
  for (const record of records.slice(from, committed)) {
    if (record.key !== null && contains(record.key, record.offset)) continue;
    task.apply(record, { emit: () => undefined, fresh: (key) => !contains(key, record.offset) });
  }
  return task;
}
