/**
 * Appends of one source, each all or nothing, in order. One transaction is under way at a time; what is asked for meanwhile
 * goes together in the next one, so that many small appends cost as little as a few.
 */
import { ScreenerError } from '@screener/errors';
import type { Transactor } from '../engine.ts';
import type { NewRecord, SourceWriter } from '../port.ts';

/** What appends share in one transaction; a single one is never cut. */
const recordsMaxPerTransaction = 5_000;
const bytesMaxPerTransaction = 8_388_608;
/** What waits while the log is slow. Beyond that the source ends, and begins anew when the log takes something again. */
const recordsWaitingMax = 100_000;
const bytesWaitingMax = 134_217_728;
/** Roughly what a record costs besides its value. */
const overheadBytes = 100;

interface Append {
  readonly records: readonly NewRecord[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

export class SourceAppends implements SourceWriter {
  /** Rejects with what ended the writing; never resolves. */
  readonly failed: Promise<never>;
  readonly #place: { readonly group: string; readonly partition: number };
  readonly #transactor: Transactor;
  readonly #progressed: () => void;
  /** Nothing of the input is consumed: its offset stays where it is. */
  readonly #offset: number;
  readonly #fail: (cause: unknown) => void;
  #waiting: Append[] = [];
  #recordsWaiting = 0;
  #bytesWaiting = 0;
  #underWay: Promise<void> | undefined;
  #over: { readonly cause: unknown } | undefined;

  constructor(place: { group: string; partition: number }, transactor: Transactor, progressed: () => void) {
    this.#place = place;
    this.#transactor = transactor;
    this.#progressed = progressed;
    this.#offset = transactor.committed ?? 0;
    const { promise, reject } = Promise.withResolvers<never>();
    this.failed = promise;
    this.#fail = reject;
    // Whoever appended hears of it too.
    this.failed.catch(() => {});
  }

  append(records: readonly NewRecord[]): Promise<void> {
    if (this.#over !== undefined) return Promise.reject(this.#over.cause);
    const [first] = records;
    if (first === undefined) return Promise.resolve();
    const bytes = records.reduce((sum, { value }) => sum + (value?.length ?? 0) + overheadBytes, 0);
    const queued = this.#recordsWaiting;
    if (queued > 0 && (queued + records.length > recordsWaitingMax || this.#bytesWaiting + bytes > bytesWaitingMax)) {
      // A hole would be worse than an end: what comes after it must not be written either.
      const cause = new ScreenerError('APPEND_OVERRUN', { queued, most: recordsWaitingMax, topic: first.topic });
      this.#end(cause);
      return Promise.reject(cause);
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ records, bytes, resolve, reject });
      this.#recordsWaiting += records.length;
      this.#bytesWaiting += bytes;
      this.#underWay ??= this.#write();
    });
  }

  /** Resolves when everything that was appended is settled; from then on nothing more is taken. */
  async close(): Promise<void> {
    await this.#underWay;
    const { group, partition } = this.#place;
    this.#end(new ScreenerError('LOG_CLOSED', { action: `an append of ${group} partition ${partition}` }));
  }

  async #write(): Promise<void> {
    // What is appended in the same turn goes together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#take();
      try {
        await this.#transactor.commit(
          batch.flatMap(({ records }) => records),
          this.#offset,
        );
      } catch (cause) {
        for (const { reject } of batch) reject(cause);
        this.#end(cause);
        break;
      }
      for (const { resolve } of batch) resolve();
      this.#progressed();
    }
    this.#underWay = undefined;
  }

  #take(): Append[] {
    let records = 0;
    let bytes = 0;
    let count = 0;
    for (const waiting of this.#waiting) {
      records += waiting.records.length;
      bytes += waiting.bytes;
      if (count > 0 && (records > recordsMaxPerTransaction || bytes > bytesMaxPerTransaction)) break;
      count += 1;
    }
    const taken = this.#waiting.splice(0, count);
    for (const append of taken) {
      this.#recordsWaiting -= append.records.length;
      this.#bytesWaiting -= append.bytes;
    }
    return taken;
  }

  #end(cause: unknown): void {
    if (this.#over !== undefined) return;
    this.#over = { cause };
    for (const { reject } of this.#waiting.splice(0)) reject(cause);
    this.#recordsWaiting = 0;
    this.#bytesWaiting = 0;
    this.#fail(cause);
  }
}
