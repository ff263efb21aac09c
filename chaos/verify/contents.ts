/** Everything that a run left in the log. */
import { decodeEvent, type SideOffsetsTaken } from '@screener/events';
import type { Log, LogRecord } from '@screener/log';
import { rulesTopic, type Stage } from '../workload/names.ts';

export async function readAll(log: Log, topic: string): Promise<readonly LogRecord[]> {
  const records: LogRecord[] = [];
  for await (const batch of log.reader({ topic, from: 'beginning', until: 'end' })) records.push(...batch);
  return records;
}

export function byPartition<T extends { readonly partition: number }>(
  records: readonly T[],
  partitions: number,
): readonly (readonly T[])[] {
  const lists: T[][] = Array.from({ length: partitions }, () => []);
  for (const record of records) lists[record.partition]?.push(record);
  return lists;
}

export interface SideHistory {
  readonly rules: readonly LogRecord[];
  /** Which side records each task used from where on, as the live run recorded it. */
  readonly marks: readonly SideOffsetsTaken[];
}

export async function readSideHistory(log: Log, stage: Stage): Promise<SideHistory> {
  const marks: SideOffsetsTaken[] = [];
  for (const { value } of await readAll(log, stage.snapshots)) {
    if (value === null) continue;
    const decoded = decodeEvent(value);
    if (decoded.type === 'SideOffsetsTaken') marks.push(decoded.event);
  }
  return { rules: await readAll(log, rulesTopic), marks };
}
