/** How the records of one partition lie in the file: one by one (record-table.ts), or in blocks (block-table.ts). */
import type { LogRecord, NewRecord } from '../port.ts';

export type Layout = 'records' | 'blocks';

/** Whose records: for statements, and for people where something is damaged. */
export interface TablePlace {
  readonly file: string;
  readonly topicId: number;
  readonly topic: string;
  readonly partition: number;
}

export interface PartitionTable {
  /**
   * Inside the caller's transaction. The first one gets the offset `base`, where the table ends; `high` is the highest
   * timestamp of all before it.
   */
  append(base: number, records: readonly NewRecord[], high: number): void;
  /** The transaction did not come to be. */
  rolledBack(): void;
  /** Up to `max` records with `from` <= offset < `before`, in order. */
  read(from: number, before: number, max: number): LogRecord[];
  /** After the last record; 0 where there is none. */
  end(): number;
  /** The first record at or after a time. */
  offsetAt(timeMs: number): number | undefined;
  /** Highest timestamp of all records, those that are gone included. */
  high(): number | undefined;
  /** Inside the caller's transaction: nobody asks for what lies before `offset` any more, which is at most the end. */
  removeBefore(offset: number): void;
}
