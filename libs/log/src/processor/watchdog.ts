/** Sees tasks that stand still while their input grows: nothing ever answers, and nothing ever fails. */
import { ScreenerError } from '@screener/errors';
import type { Engine } from '../engine.ts';
import { systemTimers, type Timers } from '../timers.ts';
import { pause } from './pause.ts';

export const watchEveryMs = 10_000;
/** Longer than any batch takes, and than a broker may be away before its client gives up. */
export const stuckAfterMs = 60_000;
/** Once could be the very record that the task is about to get, or what is no record: it has to go on growing. */
const growthsMin = 2;

/** One life under watch. */
export class Watched {
  readonly partition: number;
  /** Rejects when it stands still, and never resolves. */
  readonly stuck: Promise<never>;
  #reject: (cause: unknown) => void = () => {};
  #moved = true;
  #end = 0;
  /** When its silence began, as far as looks at it can tell, with the end of the input at that time. */
  #silent: { readonly sinceMs: number; readonly end: number } | undefined;
  #growths = 0;

  constructor(partition: number) {
    this.partition = partition;
    this.stuck = new Promise<never>((_, reject) => {
      this.#reject = reject;
    });
    this.stuck.catch(() => {});
  }

  readonly alive = (): void => {
    this.#moved = true;
  };

  /** Whether it is worth asking where the input ends. */
  get silent(): boolean {
    return !this.#moved;
  }

  look(nowMs: number, end: number | undefined, place: { group: string; input: string }): void {
    const moved = this.#moved;
    this.#moved = false;
    if (moved || end === undefined) {
      this.#silent = undefined;
      return;
    }
    if (this.#silent === undefined) {
      this.#silent = { sinceMs: nowMs, end };
      this.#growths = 0;
    } else if (this.#growths === 0 && end === this.#silent.end) this.#silent = { sinceMs: nowMs, end };
    else if (end > this.#end) this.#growths += 1;
    this.#end = end;
    const silentMs = nowMs - this.#silent.sinceMs;
    if (silentMs < stuckAfterMs || this.#growths < growthsMin) return;
    this.#reject(
      new ScreenerError('PARTITION_STUCK', {
        group: place.group,
        topic: place.input,
        partition: this.partition,
        seconds: Math.round(silentMs / 1_000),
        more: end - this.#silent.end,
      }),
    );
  }
}

export class Watchdog {
  readonly #engine: Engine;
  readonly #place: { group: string; input: string };
  readonly #timers: Timers;
  readonly #lives = new Set<Watched>();

  constructor(engine: Engine, place: { group: string; input: string }) {
    this.#engine = engine;
    this.#place = place;
    this.#timers = engine.timers ?? systemTimers;
  }

  /** Looks every now and then until `stop`. */
  async run(stop: AbortSignal): Promise<void> {
    for (;;) {
      await pause(this.#timers, watchEveryMs, stop);
      if (stop.aborted) return;
      const ends = await this.#ends();
      for (const life of this.#lives) life.look(this.#timers.now(), ends.get(life.partition), this.#place);
    }
  }

  watch(partition: number): Watched {
    const watched = new Watched(partition);
    this.#lives.add(watched);
    return watched;
  }

  forget(watched: Watched): void {
    this.#lives.delete(watched);
  }

  /** Where the log itself does not answer, nothing can be said of a task. */
  async #ends(): Promise<ReadonlyMap<number, number>> {
    if (![...this.#lives].some(({ silent }) => silent)) return new Map();
    try {
      const offsets = await this.#engine.offsets(this.#place.input);
      return new Map(offsets.map(({ partition, end }) => [partition, end]));
    } catch {
      return new Map();
    }
  }
}
