import type { InstrumentChanged } from '@screener/events';
import { limits } from '../limits.ts';

/** Fold over the topic instruments: the latest word on each. */
export class InstrumentsView {
  readonly #byName = new Map<string, InstrumentChanged>();
  #sorted: readonly InstrumentChanged[] | undefined;

  apply(event: InstrumentChanged): void {
    if (!this.#byName.has(event.instrument) && this.#byName.size >= limits.instruments) return;
    this.#byName.set(event.instrument, event);
    this.#sorted = undefined;
  }

  remove(instrument: string): void {
    if (this.#byName.delete(instrument)) this.#sorted = undefined;
  }

  get(instrument: string): InstrumentChanged | undefined {
    return this.#byName.get(instrument);
  }

  get size(): number {
    return this.#byName.size;
  }

  /** In the order of their names. */
  list(): readonly InstrumentChanged[] {
    this.#sorted ??= [...this.#byName.values()].sort((a, b) => (a.instrument < b.instrument ? -1 : 1));
    return this.#sorted;
  }
}
