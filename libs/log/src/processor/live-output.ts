/** Outputs of live topics: written at once, without a transaction, the newest of each key when writing is slower. */
import type { Notify } from '../notify.ts';
import type { NewRecord, Writer } from '../port.ts';
import type { Timers } from '../timers.ts';
import { pause } from './pause.ts';

/** Keys that wait at most; beyond that the oldest is dropped, for the next one of its key comes within a second. */
const waitingMax = 10_000;
/** A live topic that does not answer must not keep its member from closing. */
const closeWaitMsMax = 2_000;

export class LiveOutput {
  readonly #writer: Writer;
  readonly #notify: Notify;
  readonly #timers: Timers;
  readonly #waiting = new Map<string, NewRecord>();
  #underWay: Promise<void> | undefined;
  #failing = false;

  constructor(writer: Writer, notify: Notify, timers: Timers) {
    this.#writer = writer;
    this.#notify = notify;
    this.#timers = timers;
  }

  readonly emit = (output: NewRecord): void => {
    const key = `${output.topic}\0${output.key ?? `\0${output.partition}`}`;
    this.#waiting.delete(key);
    this.#waiting.set(key, output);
    if (this.#waiting.size > waitingMax) {
      for (const oldest of this.#waiting.keys()) {
        this.#waiting.delete(oldest);
        break;
      }
    }
    this.#underWay ??= this.#write();
  };

  async close(): Promise<void> {
    this.#waiting.clear();
    const settled = new AbortController();
    const closed = (async () => {
      await this.#underWay;
      await this.#writer.close();
    })().finally(() => settled.abort());
    await Promise.race([closed, pause(this.#timers, closeWaitMsMax, settled.signal)]);
  }

  async #write(): Promise<void> {
    // Whatever is emitted in the same turn goes together.
    await Promise.resolve();
    while (this.#waiting.size > 0) {
      const records = [...this.#waiting.values()];
      this.#waiting.clear();
      try {
        await this.#writer.append(records);
        this.#failing = false;
      } catch (cause) {
        // Not repeated: newer ones are on their way. Said once per outage.
        if (!this.#failing) this.#notify('live outputs cannot be written for the moment', cause);
        this.#failing = true;
      }
    }
    this.#underWay = undefined;
  }
}
