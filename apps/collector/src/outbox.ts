/** Records of one partition on their way into the log: in order, never more than a bound, nothing after a failure. */
import type { NewRecord, SourceWriter } from '@screener/log';

export interface OutboxOptions {
  readonly writer: SourceWriter;
  /** The log refused; whoever owns the partition begins anew. Called once. */
  readonly failed: (cause: unknown) => void;
  readonly written: (records: readonly NewRecord[]) => void;
}

/** Above this nothing more is taken of the stream: it can be fetched again when the log takes something again. */
const waitingMax = 20_000;
/** Above this, whoever fetches history waits. */
const roomBelow = 10_000;

export class Outbox {
  readonly #options: OutboxOptions;
  #waiting = 0;
  #over = false;
  #hasFailed = false;
  #settled: (() => void)[] = [];

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** True while the log is too slow to take anything more. */
  get full(): boolean {
    return this.#waiting >= waitingMax;
  }

  push(records: readonly NewRecord[]): void {
    if (records.length === 0 || this.#over) return;
    this.#waiting += records.length;
    const { writer, written, failed } = this.#options;
    writer
      .append(records)
      .then(
        () => written(records),
        (cause: unknown) => {
          this.#over = true;
          if (this.#hasFailed) return;
          this.#hasFailed = true;
          failed(cause);
        },
      )
      .finally(() => {
        this.#waiting -= records.length;
        for (const resolve of this.#settled.splice(0)) resolve();
      });
  }

  /** Resolves when there is room for a page of history. */
  async room(): Promise<void> {
    while (this.#waiting >= roomBelow && !this.#over) await this.#change();
  }

  /** Takes no more; resolves when everything pushed so far is durable, or refused. */
  async close(): Promise<void> {
    this.#over = true;
    while (this.#waiting > 0) await this.#change();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#settled.push(resolve));
  }
}
