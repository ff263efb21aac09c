/**
 * Simulated time of several processes, faster than the wall clock, and slower again where the machine does not keep up. One
 * of them leads; changes are told before they come, so that all clocks show the same.
 */
import type { Timers } from '@screener/exchanges';

/** From a time of the wall clock on, simulated time runs at this speed. */
export interface Stretch {
  readonly wallFrom: number;
  readonly simulatedFrom: number;
  readonly speed: number;
}

interface Wait {
  readonly dueAt: number;
  readonly call: () => void;
  handle: NodeJS.Timeout | undefined;
}

/** A change is told so long before it comes. */
const toldBeforeMs = 30;

export class DayClock {
  #stretch: Stretch;
  #next: Stretch | undefined;
  #latest: number;
  readonly #waits = new Set<Wait>();

  constructor(first: Stretch) {
    this.#stretch = first;
    this.#latest = first.simulatedFrom;
  }

  readonly now = (): number => {
    const wall = Date.now();
    if (this.#next !== undefined && wall >= this.#next.wallFrom) {
      this.#stretch = this.#next;
      this.#next = undefined;
    }
    const time = Math.floor(timeAt(this.#stretch, wall));
    if (time > this.#latest) this.#latest = time;
    return this.#latest;
  };

  get speed(): number {
    return this.#stretch.speed;
  }

  /** What runs now, for a process that joins. */
  get stretch(): Stretch {
    return this.#next ?? this.#stretch;
  }

  /** The leader changes the speed; what it returns is for the others. */
  change(speed: number): Stretch {
    this.now();
    const wallFrom = Math.max(Date.now() + toldBeforeMs, this.#next?.wallFrom ?? 0);
    const stretch = { wallFrom, simulatedFrom: timeAt(this.#next ?? this.#stretch, wallFrom), speed };
    this.follow(stretch);
    return stretch;
  }

  follow(stretch: Stretch): void {
    this.now();
    this.#next = stretch;
    setTimeout(() => this.#rearm(), Math.max(0, stretch.wallFrom - Date.now()));
  }

  readonly timers: Timers = {
    after: (ms, call) => {
      const wait: Wait = { dueAt: this.now() + ms, call, handle: undefined };
      this.#waits.add(wait);
      this.#arm(wait);
      return () => {
        clearTimeout(wait.handle);
        this.#waits.delete(wait);
      };
    },
  };

  #rearm(): void {
    this.now();
    for (const wait of this.#waits) this.#arm(wait);
  }

  #arm(wait: Wait): void {
    clearTimeout(wait.handle);
    wait.handle = setTimeout(
      () => {
        if (this.now() < wait.dueAt) return this.#arm(wait);
        this.#waits.delete(wait);
        wait.call();
      },
      Math.max(0, (wait.dueAt - this.now()) / this.speed),
    );
  }
}

const timeAt = ({ wallFrom, simulatedFrom, speed }: Stretch, wall: number): number =>
  simulatedFrom + (wall - wallFrom) * speed;
