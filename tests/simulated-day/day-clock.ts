/**
 * Simulated time of several processes, faster than the wall clock. One of them leads: it grants each stretch of fast time anew,
 * and does so only while all keep up. Where nothing is granted, because somebody is stuck or does not get the processor, time
 * passes as on the wall: such a pause takes as long as it does, not two hundred times as long.
 */
import type { Timers } from '@screener/exchanges';

/** Time runs at this speed from a time of the wall clock to another, and in real time after that. */
export interface Stretch {
  readonly wallFrom: number;
  readonly wallTo: number;
  readonly simulatedFrom: number;
  readonly speed: number;
}

interface Wait {
  readonly dueAt: number;
  /** Wall clock. */
  readonly notBefore: number;
  readonly call: () => void;
  handle: NodeJS.Timeout | undefined;
}

/** So much is granted at a time. Wall clock. */
export const grantedMs = 50;
/** No wait is shorter by the wall clock: who looks at everything again and again needs time for other things. */
const waitMsLeast = 4;

export class DayClock {
  #stretch: Stretch;
  #latest: number;
  readonly #waits = new Set<Wait>();

  constructor(first: Stretch) {
    this.#stretch = first;
    this.#latest = Math.floor(first.simulatedFrom);
  }

  /** Never goes back, also where a leader's slower time is heard of late. */
  readonly now = (): number => {
    this.#latest = Math.max(this.#latest, Math.floor(timeAt(this.#stretch, Date.now())));
    return this.#latest;
  };

  get speed(): number {
    return this.#stretch.speed;
  }

  /** For a process that joins. */
  get stretch(): Stretch {
    return this.#stretch;
  }

  /** The leader grants another stretch; what it returns is for the others. */
  grant(speed: number): Stretch {
    const wall = Date.now();
    const simulatedFrom = timeAt(this.#stretch, wall);
    this.follow({ wallFrom: wall, wallTo: wall + grantedMs, simulatedFrom, speed });
    return this.#stretch;
  }

  follow(stretch: Stretch): void {
    const faster = stretch.speed > this.#stretch.speed;
    this.now();
    this.#stretch = stretch;
    // What fires too early looks at the clock and waits on.
    if (faster) for (const wait of this.#waits) this.#arm(wait);
  }

  readonly timers: Timers = this.timersOf(waitMsLeast);

  /** No wait is shorter by the wall clock than `leastMs`. */
  timersOf(leastMs: number): Timers {
    return {
      after: (ms, call) => {
        const wait: Wait = { dueAt: this.now() + ms, notBefore: Date.now() + leastMs, call, handle: undefined };
        this.#waits.add(wait);
        this.#arm(wait);
        return () => {
          clearTimeout(wait.handle);
          this.#waits.delete(wait);
        };
      },
    };
  }

  #arm(wait: Wait, leastMs = 0): void {
    clearTimeout(wait.handle);
    const waitMs = Math.max((wait.dueAt - this.now()) / this.speed, wait.notBefore - Date.now());
    wait.handle = setTimeout(
      () => {
        if (this.now() < wait.dueAt) return this.#arm(wait, 1);
        this.#waits.delete(wait);
        wait.call();
      },
      Math.max(leastMs, waitMs),
    );
  }
}

function timeAt({ wallFrom, wallTo, simulatedFrom, speed }: Stretch, wall: number): number {
  const granted = Math.max(0, Math.min(wall, wallTo) - wallFrom);
  return simulatedFrom + granted * speed + Math.max(0, wall - wallTo);
}
