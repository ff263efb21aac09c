/** The alerts of an instrument that may still change. Nearly every minute there is nothing to do with them: it is known without a look. */
import { MINUTE_MS } from '@screener/market';
import type { ToldAlert } from './told-alert.ts';

/** Revisions reach no further back. */
const MINUTES_KEPT = 1_440;
/** Of one instrument; the oldest are not amended any more. */
const TOLD_MAX = 256;

export class ToldAlerts implements Iterable<ToldAlert> {
  #all: ToldAlert[] = [];
  /** No alert is older. */
  #oldest = Number.POSITIVE_INFINITY;
  #mayBeProvisional = false;

  /** In the order in which they were told. */
  get all(): readonly ToldAlert[] {
    return this.#all;
  }

  [Symbol.iterator](): Iterator<ToldAlert> {
    return this.#all[Symbol.iterator]();
  }

  /** False: none is provisional. */
  get mayBeProvisional(): boolean {
    return this.#mayBeProvisional;
  }

  add(told: ToldAlert): void {
    this.#all.push(told);
    this.#oldest = Math.min(this.#oldest, told.openTime);
    this.#mayBeProvisional ||= told.provisional;
  }

  replace(all: readonly ToldAlert[]): void {
    this.#all = [];
    this.#oldest = Number.POSITIVE_INFINITY;
    this.#mayBeProvisional = false;
    for (const told of all) this.add(told);
  }

  without(gone: ReadonlySet<ToldAlert>): void {
    if (gone.size > 0) this.replace(this.#all.filter((told) => !gone.has(told)));
  }

  /** What was provisional has been settled. */
  settled(): void {
    this.#mayBeProvisional = this.#all.some(({ provisional }) => provisional);
  }

  /** Those stay that a revision can still reach. */
  keep(newest: number): void {
    const limit = newest - MINUTES_KEPT * MINUTE_MS;
    if (this.#oldest <= limit) this.replace(this.#all.filter(({ openTime }) => openTime > limit));
    const beyond = this.#all.length - TOLD_MAX;
    if (beyond > 0) this.#all.splice(0, beyond);
  }
}
