/** Records that a task goes on without: those recorded in the log, which every replay obeys. */
import type { RecordSkipped } from '@screener/events';
import type { LogRecord } from '../port.ts';

type Place = Pick<LogRecord, 'topic' | 'partition' | 'offset'>;

const idOf = ({ topic, partition, offset }: Place): string => `${topic}/${partition}/${offset}`;

export class Skips {
  readonly #ids = new Set<string>();

  constructor(recorded: Iterable<RecordSkipped> = []) {
    for (const { topic, recordPartition, recordOffset } of recorded) {
      this.#ids.add(idOf({ topic, partition: recordPartition, offset: recordOffset }));
    }
  }

  add(place: Place): void {
    this.#ids.add(idOf(place));
  }

  has(place: Place): boolean {
    return this.#ids.size > 0 && this.#ids.has(idOf(place));
  }
}
