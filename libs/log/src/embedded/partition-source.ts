import type { LogRecord, NewRecord } from '../port.ts';
import type { TopicDescription } from '../topology.ts';

/** What a reader needs of a topic, wherever its records lie. All synchronous: SQLite is, and memory is. */
export interface PartitionSource {
  readonly description: TopicDescription;
  beginning(partition: number): number;
  /** Offset of the next record to come. */
  end(partition: number): number;
  /** The first record at or after a time; the end where there is none. */
  offsetAt(partition: number, timeMs: number): number;
  /** Up to `max` records with `from` <= offset < `before`, in order. */
  read(partition: number, from: number, before: number, max: number): LogRecord[];
}

/** A record with its topic and partition found. */
export interface PlacedRecord<T extends PartitionSource> {
  readonly topic: T;
  readonly partition: number;
  readonly record: NewRecord;
}
