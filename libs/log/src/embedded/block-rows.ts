/**
 * The blocks of one topic, those of all partitions in one table in the order in which they were written: what one commit
 * brings then goes to the right edge of one tree, instead of changing a page and more in each of a dozen.
 *
 * Their ids rise, by more where a block takes more room in the leaves of the tree, so that a distance of ids says how much a
 * search has to read. There is no index that every append would have to change. Instead a block is marked with its id where
 * it is the first of its partition, or stands `markDistance` or more after the one of its partition that was marked before.
 * So a block that is not marked stands less than that after the last mark of its partition.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** A search reads 1 MB at most, mostly less; what belongs to other partitions is stepped over. */
export const markDistance = 8_192;
const bytesPerId = 128;
const pageBytes = 4_096;
/** What removing a block costs, in pages: none counts for more than the smallest step of housekeeping. */
const pagesCountedMax = 32;

export interface Mark {
  /** Offset of the first record of the block. */
  readonly base: number;
  readonly id: number;
  /** Highest timestamp of all records before it. */
  readonly high: number;
}

export interface Summary {
  readonly id: number;
  readonly end: number;
  readonly high: number;
}

export interface Removable {
  readonly to: number;
  readonly pages: number;
  readonly more: boolean;
}

export const blockMarks = `
  CREATE TABLE block_marks (topic INTEGER, partition INTEGER, base_offset INTEGER, id INTEGER NOT NULL, high INTEGER NOT NULL,
    PRIMARY KEY (topic, partition, base_offset)) WITHOUT ROWID;
`;

export class BlockRows {
  readonly topicId: number;
  readonly insert: StatementSync | undefined;
  /** Base, count, checksum, bytes and id of the blocks of a partition that reach beyond an offset and begin before another. */
  readonly select: StatementSync;
  /** The first block of a partition that has a record as young as that. */
  readonly young: StatementSync;
  readonly #ends: StatementSync;
  readonly #first: StatementSync;
  readonly #insertMark: StatementSync | undefined;
  readonly #removeMarks: StatementSync | undefined;
  readonly #oldest: StatementSync;
  readonly #remove: StatementSync | undefined;
  readonly #noteNext: StatementSync | undefined;
  readonly #markAt: StatementSync;
  readonly #markAfter: StatementSync;
  readonly #markBefore: StatementSync;
  #next: number;

  constructor(database: DatabaseSync, topicId: number, writes: boolean) {
    const table = tableOf(topicId);
    const prepare = (sql: string): StatementSync | undefined => (writes ? database.prepare(sql) : undefined);
    this.topicId = topicId;
    this.insert = prepare(`INSERT INTO ${table} VALUES (?, ?, ?, ?, ?, ?, ?)`);
    this.select = database.prepare(
      `SELECT base_offset, count, checksum, records, id FROM ${table}
        WHERE id >= ? AND id < ? AND partition = ? AND base_offset + count > ? AND base_offset < ? ORDER BY id`,
    );
    this.select.setReturnArrays(true);
    this.young = database.prepare(
      `SELECT base_offset, count FROM ${table} WHERE id >= ? AND id < ? AND partition = ? AND high >= ? ORDER BY id LIMIT 1`,
    );
    this.#ends = database.prepare(
      `SELECT max(base_offset + count) AS last, max(high) AS high, max(id) AS id FROM ${table} WHERE id >= ? AND id < ? AND partition = ?`,
    );
    this.#first = database.prepare(
      `SELECT id FROM ${table} WHERE id >= ? AND id < ? AND partition = ? AND base_offset + count > ? ORDER BY id LIMIT 1`,
    );
    const marks = 'SELECT base_offset, id, high FROM block_marks WHERE topic = ? AND partition = ?';
    this.#markAt = database.prepare(`${marks} AND base_offset <= ? ORDER BY base_offset DESC LIMIT 1`);
    this.#markAfter = database.prepare(`${marks} AND base_offset > ? ORDER BY base_offset LIMIT 1`);
    this.#markBefore = database.prepare(`${marks} AND high < ? ORDER BY base_offset DESC LIMIT 1`);
    this.#insertMark = prepare('INSERT INTO block_marks VALUES (?, ?, ?, ?, ?)');
    this.#removeMarks = prepare('DELETE FROM block_marks WHERE topic = ? AND partition = ? AND base_offset < ?');
    this.#oldest = database.prepare(
      `SELECT id, length(records) AS bytes FROM ${table} WHERE id < ? ORDER BY id LIMIT ?`,
    );
    this.#remove = prepare(`DELETE FROM ${table} WHERE id <= ?`);
    this.#noteNext = prepare('UPDATE topics SET next_block = ? WHERE id = ?');
    this.#next = writes ? this.#findNext(database) : 0;
  }

  static create(database: DatabaseSync, topicId: number): void {
    database.exec(
      `CREATE TABLE ${tableOf(topicId)} (id INTEGER PRIMARY KEY, partition INTEGER NOT NULL, base_offset INTEGER NOT NULL,
        count INTEGER NOT NULL, high INTEGER NOT NULL, checksum INTEGER NOT NULL, records BLOB NOT NULL)`,
    );
  }

  /** For a block of so many bytes. One that is not used after all leaves a hole, which is nothing to anybody. */
  nextId(bytes: number): number {
    const id = this.#next;
    this.#next += 1 + Math.floor(Math.min(bytes, pageBytes) / bytesPerId);
    return id;
  }

  mark(partition: number, { base, id, high }: Mark): void {
    this.#insertMark?.run(this.topicId, partition, base, id, high);
  }

  /** The last mark at or before an offset, or else the first one. */
  markAt(partition: number, offset: number): Mark | undefined {
    return markOf(this.#markAt.get(this.topicId, partition, offset)) ?? this.markAfter(partition, -1);
  }

  markAfter(partition: number, base: number): Mark | undefined {
    return markOf(this.#markAfter.get(this.topicId, partition, base));
  }

  /** The last mark before which everything is older than a time, or else the first one. */
  markBefore(partition: number, timeMs: number): Mark | undefined {
    return markOf(this.#markBefore.get(this.topicId, partition, timeMs)) ?? this.markAfter(partition, -1);
  }

  /** The one before stays: what follows it may have none. */
  removeMarks(partition: number, before: number): void {
    const kept = this.markAt(partition, before);
    if (kept !== undefined) this.#removeMarks?.run(this.topicId, partition, kept.base);
  }

  /** Of the blocks of a partition within some ids: id of the last one, offset after it, and highest timestamp. */
  summary(partition: number, from: number, before: number): Summary | undefined {
    const found = this.#ends.get(from, before, partition);
    if (typeof found?.last !== 'number') return undefined;
    return { id: Number(found.id), end: found.last, high: Number(found.high) };
  }

  /** Within some ids, the block of a partition that holds an offset, or the first one after it. */
  idOf(partition: number, offset: number, from: number, before: number): number | undefined {
    const found = this.#first.get(from, before, partition, offset);
    return found === undefined ? undefined : Number(found.id);
  }

  /** How many pages `remove` would take away, and up to which block. All partitions together: their blocks share pages. */
  removable(before: number, pagesMax: number): Removable | undefined {
    let [pages, to] = [0, 0];
    const blocks = this.#oldest.all(before, pagesMax);
    for (const { id, bytes } of blocks) {
      const counted = Math.min(pagesCountedMax, Math.ceil(Number(bytes) / pageBytes));
      if (pages + counted > pagesMax) return { to, pages, more: true };
      pages += counted;
      to = Number(id);
    }
    return pages === 0 ? undefined : { to, pages, more: blocks.length === pagesMax };
  }

  /** Inside the caller's transaction. */
  remove({ to }: Removable): void {
    // With the last ones it would be forgotten how far they were counted.
    this.#noteNext?.run(this.#next, this.topicId);
    this.#remove?.run(to);
  }

  #findNext(database: DatabaseSync): number {
    const found = database
      .prepare(
        `SELECT max(next_block, 1 + coalesce((SELECT max(id) FROM ${tableOf(this.topicId)}), 0),
          1 + coalesce((SELECT max(id) FROM block_marks WHERE topic = topics.id), 0)) AS next FROM topics WHERE id = ?`,
      )
      .get(this.topicId);
    return Number(found?.next ?? 1);
  }
}

function markOf(row: Record<string, unknown> | undefined): Mark | undefined {
  if (row === undefined) return undefined;
  return { base: Number(row.base_offset), id: Number(row.id), high: Number(row.high) };
}

const tableOf = (topicId: number): string => `blocks_${topicId}`;
