/** Everything that a run left in the log. */
import { decodeEvent, type SideOffsetsTaken } from '@screener/events';
import type { Log, LogRecord, ProcessorDefinition } from '@screener/log';

/** In order per partition. One by one: all events of a long run at once are more than a process should hold. */
export async function* recordsOf(log: Log, topic: string): AsyncGenerator<LogRecord> {
  for await (const batch of log.reader({ topic, from: 'beginning', until: 'end' })) yield* batch;
}

async function readAll(log: Log, topic: string): Promise<readonly LogRecord[]> {
  const records: LogRecord[] = [];
  for await (const record of recordsOf(log, topic)) records.push(record);
  return records;
}

export interface SideHistory {
  /** By topic. */
  readonly records: ReadonlyMap<string, readonly LogRecord[]>;
  /** Which side records each task used from where on, as the live run recorded it. */
  readonly marks: readonly SideOffsetsTaken[];
}

export async function readSideHistory(log: Log, { sides = [], snapshots }: ProcessorDefinition): Promise<SideHistory> {
  const marks: SideOffsetsTaken[] = [];
  for await (const { value } of recordsOf(log, snapshots)) {
    if (value === null) continue;
    const decoded = decodeEvent(value);
    if (decoded.type === 'SideOffsetsTaken') marks.push(decoded.event);
  }
  const records = new Map<string, readonly LogRecord[]>();
  for (const topic of sides) records.set(topic, await readAll(log, topic));
  return { records, marks };
}
