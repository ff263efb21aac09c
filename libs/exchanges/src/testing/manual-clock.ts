/** Time that moves only when a test says so. */
import type { Timers } from '../timers.ts';

interface Due {
  readonly at: number;
  readonly call: () => void;
}

export class ManualClock implements Timers {
  #time: number;
  readonly #waiting = new Set<Due>();

  constructor(time: number) {
    this.#time = time;
  }

  readonly now = (): number => this.#time;

  after(ms: number, call: () => void): () => void {
    const due = { at: this.#time + ms, call };
    this.#waiting.add(due);
    return () => this.#waiting.delete(due);
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Calls what falls due meanwhile, in its order, each at its time. */
  advance(ms: number): void {
    const end = this.#time + ms;
    for (;;) {
      const next = [...this.#waiting].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#waiting.delete(next);
      this.#time = Math.max(this.#time, next.at);
      next.call();
    }
    this.#time = end;
  }
}
