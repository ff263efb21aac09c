/** One append at a time; while it lasts, or the log takes nothing, newer candles replace older ones. */
import type { NewRecord, Writer } from '@screener/log';

/** Instruments that wait at most; each has one candle here. */
const waitingMax = 10_000;

export interface LiveSenderOptions {
  readonly writer: Writer;
  readonly written: (count: number) => void;
  /** Said once per outage: the next second brings newer ones. */
  readonly failed: (cause: unknown) => void;
}

export class LiveSender {
  readonly #options: LiveSenderOptions;
  readonly #waiting = new Map<string | null, NewRecord>();
  #sending: Promise<void> | undefined;
  #failing = false;

  constructor(options: LiveSenderOptions) {
    this.#options = options;
  }

  send(records: readonly NewRecord[]): void {
    for (const record of records) {
      if (this.#waiting.size < waitingMax || this.#waiting.has(record.key)) this.#waiting.set(record.key, record);
    }
    if (this.#waiting.size > 0) this.#sending ??= this.#send();
  }

  /** Gives up what waits. */
  async close(): Promise<void> {
    this.#waiting.clear();
    await this.#sending;
    await this.#options.writer.close();
  }

  async #send(): Promise<void> {
    const { writer, written, failed } = this.#options;
    const batch = [...this.#waiting.values()];
    this.#waiting.clear();
    try {
      await writer.append(batch);
      written(batch.length);
      this.#failing = false;
    } catch (cause) {
      if (!this.#failing) failed(cause);
      this.#failing = true;
    } finally {
      this.#sending = undefined;
    }
  }
}
