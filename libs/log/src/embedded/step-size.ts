/**
 * How much one step of housekeeping takes on. A step is bounded by this number and never by a clock: how long the steps
 * before it took only makes the next one larger or smaller.
 */
export interface StepSizeLimits {
  readonly first: number;
  readonly min: number;
  readonly max: number;
}

/** Writers wait for a step that is under way; 20 ms is what they are promised, so this leaves room for a slow disk. */
const stepMsWanted = 4;

export class StepSize {
  readonly #limits: StepSizeLimits;
  #now: number;

  constructor(limits: StepSizeLimits) {
    this.#limits = limits;
    this.#now = limits.first;
  }

  get now(): number {
    return this.#now;
  }

  /** A full step took so long. Down at once, up slowly: one that was too long has been noticed already. */
  took(tookMs: number): void {
    if (tookMs > 2 * stepMsWanted) this.#now = Math.max(this.#limits.min, Math.floor(this.#now / 4));
    else if (tookMs > stepMsWanted) this.#now = Math.max(this.#limits.min, Math.floor(this.#now / 2));
    else if (tookMs < stepMsWanted / 2) this.#now = Math.min(this.#limits.max, Math.ceil(this.#now * 1.5));
  }
}
