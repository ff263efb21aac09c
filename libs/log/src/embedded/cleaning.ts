/** Retention and compaction: each call is one short transaction that touches `max` records at most, or as many pages of them. */
import type { BlockTable } from './block-table.ts';
import { type LogFile, withoutFsync } from './log-file.ts';
import { groupOfProtector } from './protector.ts';
import { tableOf } from './record-table.ts';
import { Statements } from './statements.ts';
import type { Blocks, StoredTopic } from './stored-topic.ts';

/** How long a reader that was away can still learn of a removal, as Kafka's delete.retention.ms. */
const tombstonesKeptMs = 86_400_000;

export interface Cleaned {
  /** Records that were looked at or removed, or pages of them. */
  readonly touched: number;
  readonly more: boolean;
}

export interface Held {
  readonly group: string;
  readonly offset: number;
  /** How much longer than its retention the oldest record has been kept. */
  readonly beyondMs: number;
}

/** How many rows a statement changed. */
type Run = (sql: string, ...values: (string | number)[]) => number;

const nothing: Cleaned = { touched: 0, more: false };

export class Cleaning {
  readonly #log: LogFile;
  readonly #now: () => number;
  readonly #statements: Statements;

  constructor(log: LogFile, now: () => number) {
    this.#log = log;
    this.#statements = new Statements(log.database);
    this.#now = now;
  }

  /** What is to be done for one partition after the other. */
  step(topic: StoredTopic, partition: number, max: number): Cleaned {
    if (topic.description.compact) return this.#compact(topic, partition, max);
    return topic.blocks === undefined ? this.#expire(topic, partition, max) : nothing;
  }

  /** What is to be done for all partitions of a topic together. */
  stepOfTopic(topic: StoredTopic, max: number): Cleaned {
    return topic.blocks === undefined ? nothing : this.#expireBlocks(topic, topic.blocks, max);
  }

  /** Who keeps retention from doing its work; undefined: nobody. */
  heldBy(topic: StoredTopic, partition: number): Held | undefined {
    const { retentionMs, compact } = topic.description;
    const lowest = this.#lowestProtected(topic, partition);
    if (retentionMs === undefined || compact || lowest === undefined) return undefined;
    const [oldest] = topic.read(partition, lowest.offset, topic.end(partition), 1);
    if (oldest === undefined) return undefined;
    const beyondMs = this.#now() - retentionMs - oldest.timestamp;
    return beyondMs > 0 ? { ...lowest, beyondMs } : undefined;
  }

  /** Where a partition may begin: at the first record that is young enough, or that somebody needs. */
  #keptFrom(topic: StoredTopic, partition: number): number {
    const { retentionMs } = topic.description;
    const beginning = topic.beginning(partition);
    if (retentionMs === undefined || beginning >= topic.end(partition)) return beginning;
    const young = topic.offsetAt(partition, this.#now() - retentionMs);
    return Math.max(beginning, Math.min(young, this.#lowestProtected(topic, partition)?.offset ?? young));
  }

  /** Removes records from the front. */
  #expire(topic: StoredTopic, partition: number, max: number): Cleaned {
    const beginning = topic.beginning(partition);
    const keep = this.#keptFrom(topic, partition);
    if (keep <= beginning) return nothing;
    const to = Math.min(keep, beginning + max);
    this.#transaction((run) => this.#begins(run, topic, partition, to));
    return { touched: to - beginning, more: to < keep };
  }

  /** Where partitions begin changes at once; blocks go from the front of all of them, until the first one that is needed. */
  #expireBlocks(topic: StoredTopic, { rows, tables }: Blocks, max: number): Cleaned {
    const begins: { readonly partition: number; readonly offset: number }[] = [];
    const needed: { readonly table: BlockTable; readonly id: number }[] = [];
    for (const [partition, table] of tables.entries()) {
      const offset = this.#keptFrom(topic, partition);
      if (offset > topic.beginning(partition)) begins.push({ partition, offset });
      const id = table.firstNeeded(offset);
      if (id !== undefined) needed.push({ table, id });
    }
    const removable = rows.removable(Math.min(Number.MAX_SAFE_INTEGER, ...needed.map(({ id }) => id)), max);
    if (begins.length > 0 || removable !== undefined) {
      this.#transaction((run) => {
        for (const { partition, offset } of begins) this.#begins(run, topic, partition, offset);
        if (removable !== undefined) rows.remove(removable);
      });
    }
    for (const { table, id } of needed) table.neededFrom(id);
    return { touched: removable?.pages ?? Math.min(1, begins.length), more: removable?.more ?? false };
  }

  #begins(run: Run, topic: StoredTopic, partition: number, offset: number): void {
    run('UPDATE partitions SET beginning = ? WHERE topic = ? AND partition = ?', offset, topic.id, partition);
    topic.removeBefore(partition, offset);
  }

  /**
   * Walks the records that are older than the compaction lag and removes what each of them replaces. What a record
   * inside the lag replaces stays: whoever reads as of a moment inside the lag still finds it.
   */
  #compact(topic: StoredTopic, partition: number, max: number): Cleaned {
    const table = tableOf(topic.id, partition);
    const row = this.#statements
      .of('SELECT cleaned FROM partitions WHERE topic = ? AND partition = ?')
      .get(topic.id, partition);
    const from = Number(row?.cleaned ?? 0);
    const lagMs = topic.description.compactionLagMs;
    const young = topic.offsetAt(partition, this.#now() - lagMs + 1);
    // A record replaces at most one that was left by earlier steps, so half of the step is for those.
    const to = Math.min(young, from + Math.max(1, Math.floor(max / 2)));
    const forgotten = this.#oldTombstones(topic, partition, from, max);
    if (to <= from && forgotten.length === 0) return nothing;
    const walked = this.#statements
      .of(`SELECT record_offset, key FROM ${table} WHERE record_offset >= ? AND record_offset < ?`)
      .all(from, Math.max(from, to));
    const newest = new Map<string, number>();
    for (const { key, record_offset } of walked) {
      if (typeof key === 'string') newest.set(key, Number(record_offset));
    }
    const removed = this.#transaction((run) => {
      let count = 0;
      for (const [key, offset] of newest) {
        count += run(`DELETE FROM ${table} WHERE key = ? AND record_offset < ?`, key, offset);
      }
      for (const offset of forgotten) count += run(`DELETE FROM ${table} WHERE record_offset = ?`, offset);
      // The last record may be among them: where the partition goes on must not go back with it.
      run(
        'UPDATE partitions SET cleaned = ?, known_end = max(known_end, ?) WHERE topic = ? AND partition = ?',
        Math.max(from, to),
        topic.end(partition),
        topic.id,
        partition,
      );
      return count;
    });
    return { touched: Math.max(walked.length, removed), more: to < young || forgotten.length === tombstonesMax(max) };
  }

  /** Tombstones that everybody had the time to see, and that replaced everything there was to replace. */
  #oldTombstones(topic: StoredTopic, partition: number, cleaned: number, max: number): number[] {
    const before = this.#now() - Math.max(tombstonesKeptMs, topic.description.compactionLagMs);
    return this.#statements
      .of(
        `SELECT record_offset FROM ${tableOf(topic.id, partition)} WHERE value IS NULL AND timestamp < ? AND record_offset < ? LIMIT ?`,
      )
      .all(before, cleaned, tombstonesMax(max))
      .map(({ record_offset }) => Number(record_offset));
  }

  #lowestProtected(topic: StoredTopic, partition: number): { group: string; offset: number } | undefined {
    const row = this.#statements
      .of(
        'SELECT group_name, record_offset FROM protections WHERE topic = ? AND partition = ? ORDER BY record_offset LIMIT 1',
      )
      .get(topic.id, partition);
    return row === undefined
      ? undefined
      : { group: groupOfProtector(String(row.group_name)), offset: Number(row.record_offset) };
  }

  #transaction<T>(work: (run: Run) => T): T {
    const { database } = this.#log;
    return withoutFsync(this.#log, () => {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work((sql, ...values) => Number(this.#statements.of(sql).run(...values).changes));
        database.exec('COMMIT');
        return result;
      } catch (thrown) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw thrown;
      }
    });
  }
}

const tombstonesMax = (max: number): number => Math.max(1, Math.floor(max / 4));
