/**
 * Group commit: whatever is asked for in the same tick of the event loop shares one SQLite transaction and one fsync.
 * A piece of work is all or nothing with its neighbours; only a fenced one is turned away alone, before it wrote.
 */
import type { StatementSync } from 'node:sqlite';
import { reasonOf, ScreenerError } from '@screener/errors';
import type { Notify } from '../notify.ts';
import type { LogFile } from './log-file.ts';
import type { PlacedRecord } from './partition-source.ts';
import { mayPass, translateSqliteError } from './sqlite-errors.ts';
import type { StoredTopic } from './stored-topic.ts';

/** What one transaction takes at most (one piece of work is never cut): bounds how long the event loop stands still. */
const recordsMaxPerTransaction = 20_000;
/** What waits while the disk is full; beyond that writers hear of it instead of waiting. */
const recordsMaxWaiting = 200_000;
const retryFirstMs = 50;
const retryMaxMs = 5_000;

export interface Work {
  readonly records: readonly PlacedRecord<StoredTopic>[];
  /** Called inside the transaction, before anything is written; throws when the work must not happen any more. */
  permit?(): void;
  /** Further rows of the same transaction. */
  write?(): void;
}

/** Told in which partitions there are new records, and roughly how many pages of the file changed. */
export type Committed = (places: ReadonlyMap<StoredTopic, readonly number[]>, pages: number) => void;

interface Waiting {
  readonly work: Work;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

export class CommitQueue {
  readonly #log: LogFile;
  readonly #committed: Committed;
  readonly #notify: Notify;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  #waiting: Waiting[] = [];
  #recordsWaiting = 0;
  #scheduled = false;
  #closed = false;
  /** Failures in a row that may pass. */
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;

  constructor(log: LogFile, committed: Committed, notify: Notify) {
    this.#log = log;
    this.#begin = log.database.prepare('BEGIN IMMEDIATE');
    this.#commit = log.database.prepare('COMMIT');
    this.#committed = committed;
    this.#notify = notify;
  }

  /** Resolves when the work is on disk. */
  commit(work: Work): Promise<void> {
    if (this.#closed) return Promise.reject(new ScreenerError('LOG_CLOSED', { action: 'a commit' }));
    if (this.#failures > 0 && this.#recordsWaiting + work.records.length > recordsMaxWaiting) {
      const reason = `${this.#recordsWaiting} records wait for it already`;
      return Promise.reject(new ScreenerError('LOG_WRITE_FAILED', { file: this.#log.file, reason }));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ work, resolve, reject });
      this.#recordsWaiting += work.records.length;
      this.#schedule();
    });
  }

  /** Commits what is waiting, or tells that it cannot, and takes no more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    while (this.#waiting.length > 0) this.#flush();
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0 || this.#retry !== undefined) return;
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
    const touched = new Set<StoredTopic>();
    const done: Waiting[] = [];
    // What groups have read stands in one page or two.
    let pages = 1;
    try {
      this.#begin.run();
      for (const waiting of batch) {
        if (!permitted(waiting)) continue;
        for (const { topic, partition, record } of waiting.work.records) {
          topic.stage(partition, record);
          touched.add(topic);
        }
        waiting.work.write?.();
        done.push(waiting);
      }
      for (const topic of touched) pages += topic.writeStaged();
      this.#commit.run();
    } catch (thrown) {
      for (const topic of touched) topic.settleStaged(false);
      if (database.isTransaction) database.exec('ROLLBACK');
      this.#failed(batch, thrown);
      return;
    }
    const places = new Map<StoredTopic, readonly number[]>();
    for (const topic of touched) places.set(topic, topic.settleStaged(true));
    if (this.#failures > 0) this.#notify(`the log file ${file} can be written again`);
    this.#failures = 0;
    for (const { resolve } of done) resolve();
    this.#committed(places, pages);
  }

  /** What may pass is tried again by itself: nothing was acknowledged, so nothing is lost or doubled. */
  #failed(batch: readonly Waiting[], thrown: unknown): void {
    const cause = translateSqliteError(thrown, this.#log.file);
    if (this.#closed || !mayPass(thrown)) {
      for (const { reject } of batch) reject(cause);
      return;
    }
    this.#waiting.unshift(...batch);
    for (const { work } of batch) this.#recordsWaiting += work.records.length;
    if (this.#failures === 0) this.#notify(`${reasonOf(cause)}; tried again until it succeeds`, cause);
    const waitMs = Math.min(retryMaxMs, retryFirstMs * 2 ** this.#failures);
    this.#failures += 1;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#schedule();
    }, waitMs);
  }

  #take(): Waiting[] {
    let records = 0;
    let count = 0;
    for (const { work } of this.#waiting) {
      records += work.records.length;
      if (count > 0 && records > recordsMaxPerTransaction) break;
      count += 1;
    }
    const taken = this.#waiting.splice(0, count);
    for (const { work } of taken) this.#recordsWaiting -= work.records.length;
    return taken;
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
