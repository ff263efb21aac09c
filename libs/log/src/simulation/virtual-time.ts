/** Time that passes only when nothing else is left to do: the simulation decides what happens next, and nothing else does. */
import type { Timers } from '../timers.ts';

interface Moment {
  readonly atMs: number;
  /** Among those of the same time: first come, first served. */
  readonly order: number;
  call: (() => void) | undefined;
}

export class VirtualTime implements Timers {
  #nowMs = 0;
  #order = 0;
  /** A binary heap, the next moment first. */
  readonly #moments: Moment[] = [];
  steps = 0;

  readonly now = (): number => this.#nowMs;

  readonly after = (delayMs: number, call: () => void): (() => void) => {
    const moment: Moment = { atMs: this.#nowMs + delayMs, order: this.#order, call };
    this.#order += 1;
    this.#push(moment);
    return () => {
      moment.call = undefined;
    };
  };

  /** One moment after the other until `done`. False: nothing more would ever happen, or it took too long. */
  async run(done: () => boolean, untilMs: number): Promise<boolean> {
    await everythingElse();
    while (!done()) {
      const next = this.#moments[0];
      if (next === undefined || next.atMs > untilMs) {
        this.#nowMs = Math.max(this.#nowMs, untilMs);
        return false;
      }
      const moment = this.#pop() ?? next;
      if (moment.call === undefined) continue;
      this.#nowMs = moment.atMs;
      this.steps += 1;
      moment.call();
      await everythingElse();
    }
    return true;
  }

  #push(moment: Moment): void {
    const heap = this.#moments;
    let at = heap.push(moment) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || !isBefore(moment, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = moment;
  }

  #pop(): Moment | undefined {
    const heap = this.#moments;
    const first = heap[0];
    const moment = heap.pop();
    if (moment === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      let child = heap[below];
      const other = heap[below + 1];
      if (child !== undefined && other !== undefined && isBefore(other, child)) {
        below += 1;
        child = other;
      }
      if (child === undefined || isBefore(moment, child)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = moment;
    return first;
  }
}

const isBefore = (a: Moment, b: Moment): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

/** Promises that can go on do so before the next turn of the event loop, and their order is that of the language. */
const everythingElse = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
