/** A topic in the SQLite file: offsets without gaps as they are appended, in each partition. */
import type { StatementSync } from 'node:sqlite';
import type { LogRecord, NewRecord } from '../port.ts';
import type { TopicDescription } from '../topology.ts';
import { BlockRows } from './block-rows.ts';
import { BlockTable } from './block-table.ts';
import type { LogFile } from './log-file.ts';
import type { PartitionSource } from './partition-source.ts';
import type { Layout, PartitionTable } from './partition-table.ts';
import type { BlockEncoder } from './record-block.ts';
import { RecordTable } from './record-table.ts';
import { translating } from './sqlite-errors.ts';

const pageBytes = 4_096;
/** What a record takes beside its value, roughly. */
const bytesPerRecord = 64;

/** Kept in step by the one writer; a read-only opening asks the file each time. */
interface Tail {
  readonly end: number;
  /** Highest timestamp of all records so far: rises with the offset, which makes time searchable. */
  readonly high: number;
}

interface StoredPartition {
  readonly number: number;
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

/** What retention removes where records lie in blocks: of all partitions together. */
export interface Blocks {
  readonly rows: BlockRows;
  readonly tables: readonly BlockTable[];
}

export class StoredTopic implements PartitionSource {
  readonly id: number;
  description: TopicDescription;
  /** Undefined where each record has a row. */
  readonly blocks: Blocks | undefined;
  readonly #log: LogFile;
  readonly #partitions: readonly StoredPartition[];
  readonly #staged = new Set<StoredPartition>();
  readonly #beginning: StatementSync;
  readonly #knownEnd: StatementSync;

  constructor(log: LogFile, options: StoredTopicOptions, description: TopicDescription) {
    this.id = options.id;
    this.description = description;
    this.#log = log;
    const { database } = log;
    this.#beginning = database.prepare('SELECT beginning FROM partitions WHERE topic = ? AND partition = ?');
    this.#knownEnd = database.prepare(
      'SELECT max(beginning, known_end) AS end FROM partitions WHERE topic = ? AND partition = ?',
    );
    this.blocks = options.layout === 'blocks' ? this.#blocks(options) : undefined;
    const tables = this.blocks?.tables ?? this.#places().map((place) => new RecordTable(database, place, this.#writes));
    this.#partitions = tables.map((table, partition) => this.#open(table, partition));
  }

  /** How a new topic lies in the file: compaction finds and removes single records. */
  static layoutOf({ compact }: { readonly compact: boolean }): Layout {
    return compact ? 'records' : 'blocks';
  }

  /** Makes the tables of a new topic; the caller holds the transaction. */
  static createTables({ database }: LogFile, topicId: number, { partitions, compact }: TopicDescription): void {
    const rows = database.prepare('INSERT INTO partitions (topic, partition, beginning, cleaned) VALUES (?, ?, 0, 0)');
    const layout = StoredTopic.layoutOf({ compact });
    if (layout === 'blocks') BlockRows.create(database, topicId);
    for (let partition = 0; partition < partitions; partition += 1) {
      rows.run(topicId, partition);
      if (layout === 'records') RecordTable.create(database, { topicId, partition });
    }
  }

  /** Takes a record for the transaction in the making. */
  stage(partition: number, record: NewRecord): void {
    const into = this.#partition(partition);
    if (into.staged.length === 0) this.#staged.add(into);
    into.staged.push(record);
  }

  /** Writes what was staged, inside the caller's transaction. How many pages of the file that changes, roughly. */
  writeStaged(): number {
    if (!this.#writes) throw new TypeError('append to a log opened for reading');
    let bytes = 0;
    for (const into of this.#staged) {
      const { staged } = into;
      let { end, high } = into.tail;
      into.table.append(end, staged, high);
      for (const { timestamp, value } of staged) {
        if (timestamp > high) high = timestamp;
        bytes += bytesPerRecord + (value?.length ?? 0);
      }
      end += staged.length;
      into.next = { end, high };
    }
    // Blocks go to the right edge of one tree; a table of single records has an index, each of them.
    const trees = this.blocks === undefined ? 2 * this.#staged.size : 1;
    return trees + Math.floor(bytes / pageBytes);
  }

  /** The transaction came to be, or it did not: then nothing of it was ever here. Which partitions had a part. */
  settleStaged(committed: boolean): readonly number[] {
    const partitions: number[] = [];
    for (const into of this.#staged) {
      partitions.push(into.number);
      if (!committed) into.table.rolledBack();
      else if (into.next !== undefined) into.tail = into.next;
      into.next = undefined;
      into.staged = [];
    }
    this.#staged.clear();
    return partitions;
  }

  /** Inside the caller's transaction: the partition begins at `offset` from now on. */
  removeBefore(partition: number, offset: number): void {
    this.#partition(partition).table.removeBefore(offset);
  }

  beginning(partition: number): number {
    return this.#translating(partition, () => Number(this.#beginning.get(this.id, partition)?.beginning ?? 0));
  }

  end(partition: number): number {
    const at = this.#partition(partition);
    return this.#writes ? at.tail.end : this.#readEnd(at);
  }

  offsetAt(partition: number, timeMs: number): number {
    return this.#translating(partition, () => {
      const found = this.#partition(partition).table.offsetAt(timeMs);
      // A block stays as long as one of its records does, and longer.
      return found === undefined ? this.end(partition) : Math.max(found, this.beginning(partition));
    });
  }

  read(partition: number, from: number, before: number, max: number): LogRecord[] {
    return this.#translating(partition, () => this.#partition(partition).table.read(from, before, max));
  }

  get #writes(): boolean {
    return this.#log.mode === 'write';
  }

  #blocks({ encoder }: StoredTopicOptions): Blocks {
    const rows = new BlockRows(this.#log.database, this.id, this.#writes);
    return { rows, tables: this.#places().map((place) => new BlockTable(rows, place, encoder)) };
  }

  #places() {
    const { name, partitions } = this.description;
    return Array.from({ length: partitions }, (_, partition) => ({
      file: this.#log.file,
      topicId: this.id,
      topic: name,
      partition,
    }));
  }

  #open(table: PartitionTable, number: number): StoredPartition {
    const tail: Tail = { end: 0, high: Number.MIN_SAFE_INTEGER };
    const opened: StoredPartition = { number, table, tail, staged: [], next: undefined };
    if (this.#writes) opened.tail = { end: this.#readEnd(opened), high: table.high() ?? tail.high };
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
