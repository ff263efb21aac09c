/** How the records of one partition lie in the file: one by one (record-table.ts), or in blocks (block-table.ts). */
import type { LogRecord, NewRecord } from '../port.ts';

export type Layout = 'records' | 'blocks';

/** What was asked for lies in this table. */
export interface TablePlace {
  readonly file: string;
  readonly table: string;
  readonly topic: string;
  readonly partition: number;
}

export interface PartitionTable {
  /** Inside the caller's transaction; the first one gets the offset `base`, which is where the table ends. */
  append(base: number, records: readonly NewRecord[]): void;
  /** Up to `max` records with `from` <= offset < `before`, in order. */
  read(from: number, before: number, max: number): LogRecord[];
  /** After the last record; 0 where there is none. */
  end(): number;
  /** The first record at or after a time, not looking at what lies before `from` (which has to begin a block). */
  offsetSince(from: number, timeMs: number): number | undefined;
  /** Highest timestamp from `from` on. */
  highSince(from: number): number | undefined;
  /** Removes records before `offset`, which is at most the end; a block stays as long as one of its records does. */
  removeBefore(offset: number): void;
}
