/** Records on their way into the log: in order, many at a time, never more than a bound. */
import type { NewRecord, Writer } from '@screener/log';

export interface OutboxOptions {
  readonly writer: Writer;
  /** The log refused: nothing can be promised any more. */
  readonly failed: (cause: unknown) => void;
  readonly written: (records: readonly NewRecord[]) => void;
}

/** What comes within this goes into one append: 500 candles close in the same instant. */
const gatherMs = 4;
const batchMax = 5_000;
/** Above this, whoever fetches history waits. Candles of the stream never do: they are few and must not be lost. */
const waitingMax = 20_000;

export class Outbox {
  readonly #options: OutboxOptions;
  #waiting: NewRecord[] = [];
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;
  #broken = false;
  #roomWanted: (() => void)[] = [];

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  push(records: readonly NewRecord[]): void {
    if (records.length === 0 || this.#broken) return;
    this.#waiting.push(...records);
    if (this.#flushing === undefined) this.#timer ??= setTimeout(() => this.#begin(), gatherMs);
  }

  /** Resolves when there is room for a page of history. */
  async room(): Promise<void> {
    while (this.#waiting.length >= waitingMax && !this.#broken) {
      await new Promise<void>((resolve) => this.#roomWanted.push(resolve));
    }
  }

  /** Resolves when everything pushed so far is durable (or the outbox is broken). */
  async drain(): Promise<void> {
    while ((this.#waiting.length > 0 || this.#flushing !== undefined) && !this.#broken) {
      this.#begin();
      await this.#flushing;
    }
  }

  #begin(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = undefined;
    });
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#broken) {
      const batch = this.#waiting.slice(0, batchMax);
      this.#waiting = this.#waiting.slice(batchMax);
      try {
        await this.#options.writer.append(batch);
        this.#options.written(batch);
      } catch (cause) {
        this.#broken = true;
        this.#waiting = [];
        this.#options.failed(cause);
      }
      for (const resolve of this.#roomWanted.splice(0)) resolve();
    }
  }
}
