/**
 * Group commit: whatever is asked for in the same tick of the event loop shares one SQLite transaction and one fsync.
 * A piece of work is all or nothing with its neighbours; only a fenced one is turned away alone, before it wrote.
 */
import { ScreenerError } from '@screener/errors';
import type { LogFile } from './log-file.ts';
import type { PlacedRecord } from './partition-source.ts';
import { translateSqliteError } from './sqlite-errors.ts';
import type { Savepoint, StoredTopic } from './stored-topic.ts';

/** What one transaction takes at most (one piece of work is never cut): bounds how long the event loop stands still. */
const recordsMaxPerTransaction = 20_000;

export interface Work {
  readonly records: readonly PlacedRecord<StoredTopic>[];
  /** Called inside the transaction, before anything is written; throws when the work must not happen any more. */
  permit?(): void;
  /** Further rows of the same transaction. */
  write?(): void;
}

interface Waiting {
  readonly work: Work;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

export class CommitQueue {
  readonly #log: LogFile;
  readonly #changed: (topics: Iterable<StoredTopic>) => void;
  #waiting: Waiting[] = [];
  #scheduled = false;
  #closed = false;

  constructor(log: LogFile, changed: (topics: Iterable<StoredTopic>) => void) {
    this.#log = log;
    this.#changed = changed;
  }

  /** Resolves when the work is on disk. */
  commit(work: Work): Promise<void> {
    if (this.#closed) return Promise.reject(new ScreenerError('LOG_CLOSED', { action: 'a commit' }));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ work, resolve, reject });
      this.#schedule();
    });
  }

  /** Commits what is waiting and takes no more. */
  close(): void {
    this.#closed = true;
    while (this.#waiting.length > 0) this.#flush();
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
      this.#schedule();
    });
  }

  #flush(): void {
    const batch = this.#take();
    if (batch.length === 0) return;
    const { database, file } = this.#log;
    const touched = new Map<StoredTopic, Savepoint>();
    const done: Waiting[] = [];
    try {
      database.exec('BEGIN IMMEDIATE');
      for (const waiting of batch) {
        if (!permitted(waiting)) continue;
        for (const { topic, partition, record } of waiting.work.records) {
          if (!touched.has(topic)) touched.set(topic, topic.savepoint());
          topic.append(partition, record);
        }
        waiting.work.write?.();
        done.push(waiting);
      }
      database.exec('COMMIT');
    } catch (thrown) {
      for (const [topic, savepoint] of touched) topic.restore(savepoint);
      if (database.isTransaction) database.exec('ROLLBACK');
      const cause = translateSqliteError(thrown, file);
      for (const { reject } of batch) reject(cause);
      return;
    }
    for (const { resolve } of done) resolve();
    this.#changed(touched.keys());
  }

  #take(): Waiting[] {
    let records = 0;
    let count = 0;
    for (const { work } of this.#waiting) {
      records += work.records.length;
      if (count > 0 && records > recordsMaxPerTransaction) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }
}

function permitted({ work, reject }: Waiting): boolean {
  try {
    work.permit?.();
    return true;
  } catch (cause) {
    reject(cause);
    return false;
  }
}
