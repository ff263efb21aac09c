/**
 * The exchange's time where its frames carry none: ours, put right by what it said when it was last asked. Good for lag
 * and for display; it closes no candle.
 */
export class ExchangeClock {
  readonly #now: () => number;
  #offsetMs = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  async asked(ask: () => Promise<number>): Promise<number> {
    const sentAt = this.#now();
    const serverTime = await ask();
    this.#offsetMs = serverTime - (sentAt + this.#now()) / 2;
    return serverTime;
  }

  /** `atLeast`: what the frame itself proves. */
  time(atLeast: number): number {
    return Math.max(atLeast, Math.round(this.#now() + this.#offsetMs));
  }
}
