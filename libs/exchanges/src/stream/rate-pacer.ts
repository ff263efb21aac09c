/** Lets calls through no faster than a rate allows, in their order: never more than `count` in any `windowMs`. */
import type { Rate } from '../exchange.ts';
import type { Timers } from '../timers.ts';

export interface RatePacerOptions {
  readonly rate: Rate;
  readonly now: () => number;
  readonly timers: Timers;
}

export class RatePacer {
  readonly #options: RatePacerOptions;
  readonly #waiting: (() => void)[] = [];
  /** When the last `count` went through, oldest first. */
  readonly #passedAt: number[] = [];
  #cancelWake: (() => void) | undefined;

  constructor(options: RatePacerOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Calls at once where the rate allows it, otherwise as soon as it does; the returned function cancels. */
  pass(call: () => void): () => void {
    this.#waiting.push(call);
    this.#pump();
    return () => {
      const index = this.#waiting.indexOf(call);
      if (index >= 0) this.#waiting.splice(index, 1);
      if (this.#waiting.length === 0) this.#cancelWake?.();
    };
  }

  /** Something went through that cannot wait: it counts, and what follows is later. */
  count(): void {
    this.#passedAt.push(this.#options.now());
    if (this.#passedAt.length > this.#options.rate.count) this.#passedAt.shift();
  }

  close(): void {
    this.#cancelWake?.();
    this.#waiting.length = 0;
  }

  #pump(): void {
    const { rate, now, timers } = this.#options;
    this.#cancelWake?.();
    this.#cancelWake = undefined;
    while (this.#waiting.length > 0) {
      const [oldest] = this.#passedAt;
      const full = this.#passedAt.length >= rate.count && oldest !== undefined;
      const waitMs = full ? oldest + rate.windowMs - now() : 0;
      if (waitMs > 0) {
        this.#cancelWake = timers.after(Math.ceil(waitMs), () => this.#pump());
        return;
      }
      this.count();
      this.#waiting.shift()?.();
    }
  }
}
