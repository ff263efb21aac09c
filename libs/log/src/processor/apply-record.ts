import { reasonOf, ScreenerError } from '@screener/errors';
import type { LogRecord, Task, TaskContext } from '../port.ts';

/**
 * The one place where a record meets its task. A record that the task cannot take ends the member, and the record is
 * named; whoever wants such records set aside and the stream to go on changes it here.
 */
export function applyRecord(group: string, task: Task, record: LogRecord, context: TaskContext): void {
  try {
    task.apply(record, context);
  } catch (cause) {
    const { topic, partition, offset } = record;
    throw new ScreenerError('RECORD_FAILED', { group, topic, partition, offset, reason: reasonOf(cause) }, { cause });
  }
}
