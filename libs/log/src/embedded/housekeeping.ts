/**
 * Retention and compaction in small steps in the background. Each step is one short transaction over one partition;
 * a round visits partitions until its time is used up and goes on there the next time.
 */
import type { Notify } from '../notify.ts';
import type { LogFile } from './log-file.ts';
import { translateSqliteError } from './sqlite-errors.ts';
import type { StoredTopic } from './stored-topic.ts';

const roundEveryMs = 5_000;
/** How long one round may hold up the event loop, to within one step. */
const roundMaxMs = 20;
const recordsMaxPerStep = 2_000;
/** How long a reader that was away can still learn of a removal, as Kafka's delete.retention.ms. */
const tombstonesKeptMs = 86_400_000;

export interface HousekeepingOptions {
  readonly log: LogFile;
  readonly topics: () => Iterable<StoredTopic>;
  readonly now: () => number;
  readonly notify: Notify;
}

export class Housekeeping {
  readonly #options: HousekeepingOptions;
  readonly #timer: NodeJS.Timeout;
  #next = 0;

  constructor(options: HousekeepingOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#round(), roundEveryMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Everything that is due, at once: for tests and for tools that have the log to themselves. */
  runAll(): void {
    for (const { topic, partition } of this.#places()) while (this.#step(topic, partition));
  }

  #round(): void {
    const { log, notify } = this.#options;
    const places = this.#places();
    const until = performance.now() + roundMaxMs;
    try {
      for (let visited = 0; visited < places.length && performance.now() < until; visited += 1) {
        const place = places[this.#next % places.length];
        this.#next = (this.#next + 1) % places.length;
        if (place !== undefined) this.#step(place.topic, place.partition);
      }
    } catch (thrown) {
      notify('retention and compaction did not finish a round', translateSqliteError(thrown, log.file));
    }
  }

  #places(): { topic: StoredTopic; partition: number }[] {
    return [...this.#options.topics()].flatMap((topic) =>
      Array.from({ length: topic.description.partitions }, (_, partition) => ({ topic, partition })),
    );
  }

  /** True when there is more to do. */
  #step(topic: StoredTopic, partition: number): boolean {
    return topic.description.compact ? this.#compact(topic, partition) : this.#expire(topic, partition);
  }

  /** Removes records from the front until the first one that is young enough. */
  #expire(topic: StoredTopic, partition: number): boolean {
    const { retentionMs } = topic.description;
    const beginning = topic.beginning(partition);
    if (retentionMs === undefined || beginning >= topic.end(partition)) return false;
    const keep = topic.offsetAt(partition, this.#options.now() - retentionMs);
    if (keep <= beginning) return false;
    const to = Math.min(keep, beginning + recordsMaxPerStep);
    this.#transaction((run) => {
      run(`DELETE FROM ${topic.tableOf(partition)} WHERE record_offset < ?`, to);
      run('UPDATE partitions SET beginning = ? WHERE topic = ? AND partition = ?', to, topic.id, partition);
      run('DELETE FROM time_marks WHERE topic = ? AND partition = ? AND record_offset < ?', topic.id, partition, to);
    });
    return to < keep;
  }

  /**
   * Walks the records that are older than the compaction lag and removes what each of them replaces. What a record
   * inside the lag replaces stays: whoever reads as of a moment inside the lag still finds it.
   */
  #compact(topic: StoredTopic, partition: number): boolean {
    const { database } = this.#options.log;
    const table = topic.tableOf(partition);
    const row = database
      .prepare('SELECT cleaned FROM partitions WHERE topic = ? AND partition = ?')
      .get(topic.id, partition);
    const from = Number(row?.cleaned ?? 0);
    const now = this.#options.now();
    const young = topic.offsetAt(partition, now - topic.description.compactionLagMs + 1);
    const to = Math.min(young, from + recordsMaxPerStep);
    if (to <= from) return false;
    const walked = database.prepare(
      `SELECT record_offset, key FROM ${table} WHERE record_offset >= ? AND record_offset < ?`,
    );
    const newest = new Map<string, number>();
    for (const { key, record_offset } of walked.all(from, to)) {
      if (typeof key === 'string') newest.set(key, Number(record_offset));
    }
    this.#transaction((run) => {
      for (const [key, offset] of newest) run(`DELETE FROM ${table} WHERE key = ? AND record_offset < ?`, key, offset);
      // The last record of a partition always stays: it tells where the partition goes on.
      run(
        `DELETE FROM ${table} WHERE value IS NULL AND timestamp < ? AND record_offset < ? AND record_offset < ?`,
        now - Math.max(tombstonesKeptMs, topic.description.compactionLagMs),
        to,
        topic.end(partition) - 1,
      );
      run('UPDATE partitions SET cleaned = ? WHERE topic = ? AND partition = ?', to, topic.id, partition);
    });
    return to < young;
  }

  #transaction(work: (run: (sql: string, ...values: (string | number)[]) => void) => void): void {
    const { database } = this.#options.log;
    database.exec('BEGIN IMMEDIATE');
    try {
      work((sql, ...values) => database.prepare(sql).run(...values));
      database.exec('COMMIT');
    } catch (thrown) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw thrown;
    }
  }
}
