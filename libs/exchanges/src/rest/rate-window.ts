/** How much of one limit is used, counted as the exchange counts it: in fixed windows or in sliding ones. */

/** What a request took; given back when it is over. */
export interface Taken {
  readonly amount: number;
  readonly window: number;
}

export interface RateWindow {
  used(): number;
  /** How long until `amount` more stays within `limit`; 0: now. An amount above the limit goes when nothing else is used. */
  waitMs(amount: number, limit: number): number;
  take(amount: number): Taken;
  /** The request is over, whatever came of it; `reported`: what the exchange says was used in its window. */
  settle(taken: Taken, reported?: number): void;
  /** How far the exchange's clock is ahead of ours, and by how much that may be wrong. */
  align(offsetMs: number, uncertaintyMs: number): void;
}

/** The exchange's window may begin a little before or after ours even when clocks agree. */
const slackMsMin = 200;
/** Clocks that are known no better than this are not worth waiting for. */
const slackShareMax = 0.25;

/** Windows that begin at whole multiples of their length, by the exchange's clock. */
export class FixedWindow implements RateWindow {
  readonly #windowMs: number;
  readonly #now: () => number;
  #window = Number.NaN;
  #used = 0;
  #underWay = 0;
  /** Ended so near to the end of the window that the exchange may have counted it in the next one. */
  #onTheEdge = 0;
  #offsetMs = 0;
  #slackMs: number;

  constructor(windowMs: number, now: () => number) {
    this.#windowMs = windowMs;
    this.#now = now;
    this.#slackMs = Math.min(slackMsMin, windowMs * slackShareMax);
  }

  align(offsetMs: number, uncertaintyMs: number): void {
    this.#roll();
    this.#offsetMs = offsetMs;
    this.#slackMs = Math.min(slackMsMin + uncertaintyMs, this.#windowMs * slackShareMax);
    // Another reading of the clock makes nothing undone: what was used counts until the next window begins.
    this.#window = this.#windowNow();
  }

  used(): number {
    this.#roll();
    return this.#used;
  }

  waitMs(amount: number, limit: number): number {
    this.#roll();
    if (this.#used + amount <= limit || this.#used === 0) return 0;
    return this.#windowMs - this.#phaseMs();
  }

  take(amount: number): Taken {
    this.#roll();
    this.#used += amount;
    this.#underWay += amount;
    return { amount, window: this.#window };
  }

  settle({ amount, window }: Taken, reported?: number): void {
    this.#roll();
    this.#underWay -= amount;
    if (this.#windowMs - this.#phaseMs() <= 2 * this.#slackMs) this.#onTheEdge += amount;
    // Of a request that crossed the border nobody knows which window the exchange speaks of.
    if (reported !== undefined && window === this.#window) {
      this.#used = Math.max(this.#used, reported + this.#underWay);
    }
  }

  /** Our windows begin later than the exchange's by the slack: it has certainly forgotten then. */
  #time(): number {
    return this.#now() + this.#offsetMs - this.#slackMs;
  }

  #phaseMs(): number {
    return this.#time() - this.#windowNow() * this.#windowMs;
  }

  #windowNow(): number {
    return Math.floor(this.#time() / this.#windowMs);
  }

  #roll(): void {
    const window = this.#windowNow();
    if (window === this.#window) return;
    this.#used = this.#underWay + (window === this.#window + 1 ? this.#onTheEdge : 0);
    this.#onTheEdge = 0;
    this.#window = window;
  }
}

/**
 * Any stretch of time as long as the window. A request counts from when it was sent until a window after it ended: so
 * the limit holds whenever between the two the exchange counted it.
 */
export class SlidingWindow implements RateWindow {
  readonly #windowMs: number;
  readonly #now: () => number;
  /** Of requests that ended, oldest first. As many as the limit allows in a window. */
  readonly #ended: { readonly amount: number; readonly at: number }[] = [];
  #used = 0;

  constructor(windowMs: number, now: () => number) {
    this.#windowMs = windowMs;
    this.#now = now;
  }

  align(): void {
    // No clock but ours takes part.
  }

  used(): number {
    this.#forget();
    return this.#used;
  }

  waitMs(amount: number, limit: number): number {
    this.#forget();
    let lacking = this.#used + amount - limit;
    if (lacking <= 0 || this.#used === 0) return 0;
    const now = this.#now();
    for (const ended of this.#ended) {
      lacking -= ended.amount;
      if (lacking <= 0) return ended.at + this.#windowMs - now;
    }
    return this.#windowMs; // the rest is under way: its end is heard of
  }

  take(amount: number): Taken {
    this.#used += amount;
    return { amount, window: 0 };
  }

  settle({ amount }: Taken): void {
    this.#ended.push({ amount, at: this.#now() });
  }

  #forget(): void {
    const before = this.#now() - this.#windowMs;
    let count = 0;
    for (const { amount, at } of this.#ended) {
      if (at > before) break;
      this.#used -= amount;
      count++;
    }
    if (count > 0) this.#ended.splice(0, count);
  }
}
