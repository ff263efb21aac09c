/** A topic in the SQLite file: one table per partition, offsets without gaps as they are appended. */
import type { StatementSync } from 'node:sqlite';
import type { LogRecord, NewRecord } from '../port.ts';
import type { TopicDescription } from '../topology.ts';
import { BlockTable } from './block-table.ts';
import type { LogFile } from './log-file.ts';
import type { PartitionSource } from './partition-source.ts';
import type { Layout, PartitionTable } from './partition-table.ts';
import type { BlockEncoder } from './record-block.ts';
import { RecordTable } from './record-table.ts';
import { translating } from './sqlite-errors.ts';

/**
 * Every so many records the highest timestamp so far is noted, so that a search by time looks at few of them. No block
 * has more, and each note stands where a block begins.
 */
const recordsPerTimeMark = 1_024;

/** Kept in step by the one writer; a read-only opening asks the file each time. */
interface Tail {
  readonly end: number;
  /** Highest timestamp of all records so far: rises with the offset, which makes time searchable. */
  readonly high: number;
  /** Where it was noted last. */
  readonly marked: number;
}

interface StoredPartition {
  readonly number: number;
  readonly name: string;
  readonly table: PartitionTable;
  tail: Tail;
  /** What the transaction in the making brings. */
  staged: NewRecord[];
  /** The tail once it is committed. */
  next: Tail | undefined;
}

export interface StoredTopicOptions {
  readonly id: number;
  readonly layout: Layout;
  readonly encoder: BlockEncoder;
}

export class StoredTopic implements PartitionSource {
  readonly id: number;
  description: TopicDescription;
  readonly #log: LogFile;
  readonly #partitions: readonly StoredPartition[];
  readonly #staged = new Set<StoredPartition>();
  readonly #beginning: StatementSync;
  readonly #knownEnd: StatementSync;
  readonly #markBefore: StatementSync;
  readonly #insertMark: StatementSync | undefined;

  constructor(log: LogFile, options: StoredTopicOptions, description: TopicDescription) {
    this.id = options.id;
    this.description = description;
    this.#log = log;
    const { database } = log;
    this.#beginning = database.prepare('SELECT beginning FROM partitions WHERE topic = ? AND partition = ?');
    this.#knownEnd = database.prepare(
      'SELECT max(beginning, known_end) AS end FROM partitions WHERE topic = ? AND partition = ?',
    );
    this.#markBefore = database.prepare(
      'SELECT record_offset, high FROM time_marks WHERE topic = ? AND partition = ? AND high < ? ORDER BY record_offset DESC LIMIT 1',
    );
    this.#insertMark =
      log.mode === 'write' ? database.prepare('INSERT OR REPLACE INTO time_marks VALUES (?, ?, ?, ?)') : undefined;
    this.#partitions = Array.from({ length: description.partitions }, (_, partition) => this.#open(partition, options));
  }

  /** How a new topic lies in the file: compaction finds and removes single records. */
  static layoutOf({ compact }: { readonly compact: boolean }): Layout {
    return compact ? 'records' : 'blocks';
  }

  /** Makes the tables of a new topic; the caller holds the transaction. */
  static createTables(log: LogFile, id: number, { partitions, compact }: TopicDescription): void {
    const { database } = log;
    const rows = database.prepare('INSERT INTO partitions (topic, partition, beginning, cleaned) VALUES (?, ?, 0, 0)');
    for (let partition = 0; partition < partitions; partition += 1) {
      const table = tableOf(id, partition);
      rows.run(id, partition);
      if (StoredTopic.layoutOf({ compact }) === 'blocks') BlockTable.create(database, table);
      else RecordTable.create(database, table, compact);
    }
  }

  /** Takes a record for the transaction in the making. */
  stage(partition: number, record: NewRecord): void {
    const into = this.#partition(partition);
    if (into.staged.length === 0) this.#staged.add(into);
    into.staged.push(record);
  }

  /** Writes what was staged, inside the caller's transaction. */
  writeStaged(): void {
    for (const into of this.#staged) {
      let { end, high, marked } = into.tail;
      for (let begin = 0; begin < into.staged.length; begin += recordsPerTimeMark) {
        if (end - marked >= recordsPerTimeMark) {
          this.#insertMark?.run(this.id, into.number, end, high);
          marked = end;
        }
        const part = into.staged.slice(begin, begin + recordsPerTimeMark);
        into.table.append(end, part);
        end += part.length;
        for (const { timestamp } of part) if (timestamp > high) high = timestamp;
      }
      into.next = { end, high, marked };
    }
  }

  /** The transaction came to be, or it did not: then nothing of it was ever here. Which partitions had a part. */
  settleStaged(committed: boolean): readonly number[] {
    const partitions = Array.from(this.#staged, ({ number }) => number);
    for (const into of this.#staged) {
      if (committed && into.next !== undefined) into.tail = into.next;
      into.next = undefined;
      into.staged = [];
    }
    this.#staged.clear();
    return partitions;
  }

  /** Removes records from the front, inside the caller's transaction. */
  removeBefore(partition: number, offset: number): void {
    this.#partition(partition).table.removeBefore(offset);
  }

  tableOf(partition: number): string {
    return this.#partition(partition).name;
  }

  beginning(partition: number): number {
    return this.#translating(partition, () => Number(this.#beginning.get(this.id, partition)?.beginning ?? 0));
  }

  end(partition: number): number {
    const at = this.#partition(partition);
    return this.#log.mode === 'write' ? at.tail.end : this.#readEnd(at);
  }

  offsetAt(partition: number, timeMs: number): number {
    return this.#translating(partition, () => {
      const mark = this.#markBefore.get(this.id, partition, timeMs);
      const found = this.#partition(partition).table.offsetSince(Number(mark?.record_offset ?? 0), timeMs);
      // A block stays as long as one of its records does.
      return found === undefined ? this.end(partition) : Math.max(found, this.beginning(partition));
    });
  }

  read(partition: number, from: number, before: number, max: number): LogRecord[] {
    return this.#translating(partition, () => this.#partition(partition).table.read(from, before, max));
  }

  #open(partition: number, { layout, encoder }: StoredTopicOptions): StoredPartition {
    const { database, mode, file } = this.#log;
    const name = tableOf(this.id, partition);
    const place = { file, table: name, topic: this.description.name, partition };
    const table =
      layout === 'blocks'
        ? new BlockTable(database, place, encoder, mode === 'write')
        : new RecordTable(database, place, mode === 'write');
    const tail: Tail = { end: 0, high: Number.MIN_SAFE_INTEGER, marked: 0 };
    const opened: StoredPartition = { number: partition, name, table, tail, staged: [], next: undefined };
    if (mode === 'read') return opened;
    const mark = this.#markBefore.get(this.id, partition, Number.MAX_SAFE_INTEGER);
    const marked = Number(mark?.record_offset ?? 0);
    const high = Math.max(Number(mark?.high ?? tail.high), table.highSince(marked) ?? tail.high);
    opened.tail = { end: this.#readEnd(opened), high, marked };
    return opened;
  }

  /** Where retention or compaction took the last records away, what they noted tells where the partition goes on. */
  #readEnd({ number, table }: StoredPartition): number {
    return this.#translating(number, () => {
      const known = Number(this.#knownEnd.get(this.id, number)?.end ?? 0);
      return Math.max(known, table.end());
    });
  }

  /** Damage is found where it is read: the error names the place. */
  #translating<T>(partition: number, work: () => T): T {
    return translating(this.#log.file, work, `topic '${this.description.name}' partition ${partition}`);
  }

  #partition(partition: number): StoredPartition {
    const found = this.#partitions[partition];
    if (found === undefined) throw new RangeError(`partition ${partition} of ${this.description.name}`);
    return found;
  }
}

const tableOf = (id: number, partition: number): string => `records_${id}_${partition}`;
