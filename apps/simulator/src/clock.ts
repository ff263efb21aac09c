/**
 * Simulated time: `speed` times as fast as the wall clock until it has caught up with it, real time from then on.
 * It never runs ahead of the wall clock and never goes back.
 */
export interface ClockOptions {
  readonly now: () => number;
  readonly speed: number;
  /** Default: now; accelerated, so far back that real time is reached after ten minutes. */
  readonly startAt: number | undefined;
}

const catchUpMs = 600_000;

export class SimulatedClock {
  readonly #now: () => number;
  readonly #speed: number;
  readonly #wallStart: number;
  readonly #startAt: number;
  #latest: number;

  constructor(options: ClockOptions) {
    this.#now = options.now;
    this.#speed = options.speed;
    this.#wallStart = options.now();
    this.#startAt = Math.min(options.startAt ?? this.#wallStart - (options.speed - 1) * catchUpMs, this.#wallStart);
    this.#latest = this.#startAt;
  }

  get startAt(): number {
    return this.#startAt;
  }

  /** How fast simulated time runs now: real time once it has been reached. */
  get pace(): number {
    return this.now() < this.#now() ? this.#speed : 1;
  }

  now(): number {
    const wall = this.#now();
    const simulated = Math.min(wall, this.#startAt + (wall - this.#wallStart) * this.#speed);
    this.#latest = Math.max(this.#latest, Math.floor(simulated));
    return this.#latest;
  }
}
