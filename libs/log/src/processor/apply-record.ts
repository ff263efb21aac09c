import { reasonOf, ScreenerError } from '@screener/errors';
import type { LogRecord, Task, TaskContext } from '../port.ts';

/** A task threw on a record. Its state is not to be trusted from here on: it may have changed by half. */
export class UntakenRecord extends ScreenerError {
  readonly record: LogRecord;
  /** So many records were left out directly before this one. */
  skippedBefore: number;

  constructor(group: string, record: LogRecord, cause: unknown, skippedBefore = 0) {
    const { topic, partition, offset } = record;
    super('RECORD_FAILED', { group, topic, partition, offset, reason: reasonOf(cause) }, { cause });
    this.record = record;
    this.skippedBefore = skippedBefore;
  }

  /** So many in a row, with this one. */
  get inRow(): number {
    return this.skippedBefore + 1;
  }
}

/** The one place where a record of the input meets its task. */
export function applyRecord(group: string, task: Task, record: LogRecord, context: TaskContext): void {
  try {
    task.apply(record, context);
  } catch (cause) {
    throw new UntakenRecord(group, record, cause);
  }
}
