/**
 * Take-overs of one member, few at a time and in the order in which they ask. All at once they would share the processor and
 * end together, and nothing of any partition would come before the last of them was ready.
 */
import type { Timers } from '../timers.ts';
import type { Attending } from './side-inputs.ts';

/** One computes while the other waits for the log. */
export const takeOversAtOnceMax = 2;
/**
 * Whoever takes longer goes on, and the next one begins nevertheless: a take-over that hangs blocks nobody. Well below what the
 * watchdog takes for standing still.
 */
export const placeKeptMsMax = 10_000;

interface Waiting {
  readonly begin: () => void;
  readonly alive: () => void;
}

export class TakeOverQueue {
  readonly #timers: Timers;
  /** In order. */
  readonly #waiting = new Set<Waiting>();
  /** For the end of all take-overs. */
  readonly #behind = new Set<Waiting>();
  #running = 0;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Rejects at once where `stop` is aborted while it waits. */
  async run<T>(attending: Attending, takeOver: () => Promise<T>): Promise<T> {
    const leave = await this.#place(attending);
    try {
      return await takeOver();
    } finally {
      leave();
    }
  }

  /**
   * Resolves when nobody takes over any more, or when `stop` is aborted. Who has much to catch up with would keep the others from
   * it, and would be days ahead of them when they begin.
   */
  async over({ stop, alive }: Attending): Promise<void> {
    if (this.#running === 0 || stop.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting: Waiting = { begin: resolve, alive };
    this.#behind.add(waiting);
    stop.addEventListener('abort', waiting.begin);
    await promise;
    stop.removeEventListener('abort', waiting.begin);
    this.#behind.delete(waiting);
  }

  /** The answer gives the place back. */
  async #place({ stop, alive }: Attending): Promise<() => void> {
    stop.throwIfAborted();
    if (this.#running < takeOversAtOnceMax) return this.#enter();
    const { promise, resolve, reject } = Promise.withResolvers<() => void>();
    const waiting: Waiting = { begin: () => resolve(this.#enter()), alive };
    this.#waiting.add(waiting);
    const giveUp = (): void => {
      if (this.#waiting.delete(waiting)) reject(stop.reason);
    };
    stop.addEventListener('abort', giveUp);
    try {
      return await promise;
    } finally {
      stop.removeEventListener('abort', giveUp);
    }
  }

  #enter(): () => void {
    this.#running += 1;
    let isOver = false;
    const leave = (): void => {
      if (isOver) return;
      isOver = true;
      cancel();
      this.#running -= 1;
      this.#next();
    };
    const cancel = this.#timers.after(placeKeptMsMax, leave);
    return leave;
  }

  #next(): void {
    for (const waiting of this.#waiting) {
      if (this.#running >= takeOversAtOnceMax) break;
      this.#waiting.delete(waiting);
      waiting.begin();
    }
    // To wait while others get on is not to stand still.
    for (const { alive } of [...this.#waiting, ...this.#behind]) alive();
    if (this.#running === 0) for (const { begin } of this.#behind) begin();
  }
}
