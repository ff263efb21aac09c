/**
 * How much of an address's request weight is used in this window of time (most often a minute), corrected by what the exchange says in its headers
 * (others may share the address), and until when nothing may be sent at all.
 */
export interface WeightLedgerOptions {
  readonly weightPerWindow: number;
  /** Windows begin at whole multiples of this. */
  readonly windowMs: number;
  /** Part of the limit that we use: the rest covers clocks that differ and requests under way. */
  readonly usableShare?: number;
  readonly now: () => number;
}

/** The exchange's window may begin a little after ours. */
const windowSlackMs = 200;

export class WeightLedger {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #now: () => number;
  #window = Number.NaN;
  #used = 0;
  #underWay = 0;
  #bannedUntil = 0;

  constructor({ weightPerWindow, windowMs, usableShare = 0.95, now }: WeightLedgerOptions) {
    this.#limit = Math.floor(weightPerWindow * usableShare);
    this.#windowMs = windowMs;
    this.#now = now;
  }

  get used(): number {
    this.#roll();
    return this.#used;
  }

  get bannedUntil(): number {
    return this.#bannedUntil;
  }

  /** How long to wait before a request of this weight may go; 0: now. */
  waitMs(weight: number): number {
    this.#roll();
    const now = this.#now();
    if (now < this.#bannedUntil) return this.#bannedUntil - now;
    // A single request heavier than the limit must still go once the window is fresh.
    if (this.#used + weight <= this.#limit || this.#used === 0) return 0;
    return this.#windowMs - (now % this.#windowMs) + windowSlackMs;
  }

  take(weight: number): void {
    this.#roll();
    this.#used += weight;
    this.#underWay += weight;
  }

  /** The request is over; `reported`: what the exchange says was used in its window. */
  settle(weight: number, reported: number | undefined): void {
    this.#underWay -= weight;
    this.#roll();
    if (reported !== undefined) this.#used = Math.max(this.#used, reported + this.#underWay);
  }

  banUntil(time: number): void {
    this.#bannedUntil = Math.max(this.#bannedUntil, time);
  }

  #roll(): void {
    const window = Math.floor(this.#now() / this.#windowMs);
    if (window === this.#window) return;
    this.#window = window;
    this.#used = this.#underWay;
  }
}
