/** When that is done for which nobody waits: due snapshots, the replay floor, what may be taken back. */
import type { Timers } from '../timers.ts';

/**
 * A partition that had no transaction for so long is through with its minute, and mostly so are the apps that read what it
 * gave. In the minute's own transactions snapshots would delay all of that.
 */
export const upkeepQuietMs = 100;
/** So long it is put off at most where a partition is never quiet. */
export const upkeepDelayMsMax = 2_000;

export class Upkeep {
  readonly #timers: Timers;
  readonly #run: () => void;
  #cancel: (() => void) | undefined;
  #moved = false;
  #closed = false;

  constructor(timers: Timers, run: () => void) {
    this.#timers = timers;
    this.#run = run;
  }

  /** After each transaction. */
  transacted(isDue: boolean): void {
    this.#moved = true;
    if (!isDue || this.#closed || this.#cancel !== undefined) return;
    this.#wait(upkeepDelayMsMax / upkeepQuietMs);
  }

  /** Answers whether something was waiting. */
  close(): boolean {
    const waiting = this.#cancel !== undefined;
    this.#closed = true;
    this.#cancel?.();
    this.#cancel = undefined;
    return waiting;
  }

  #wait(timesMax: number): void {
    this.#moved = false;
    this.#cancel = this.#timers.after(upkeepQuietMs, () => {
      this.#cancel = undefined;
      if (this.#moved && timesMax > 1) this.#wait(timesMax - 1);
      else this.#run();
    });
  }
}
