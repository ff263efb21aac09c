/**
 * The exchange's time where its frames carry none: ours, put right by what it said when it was last asked. Good for lag
 * and for display; it closes no candle.
 */
import type { ClockState } from './exchange.ts';

/** A better-known offset is kept for so long before a worse one replaces it: clocks drift apart slowly. */
const keptMs = 600_000;

export class ExchangeClock {
  readonly #now: () => number;
  #state: ClockState | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  get state(): ClockState | undefined {
    return this.#state;
  }

  /** The exchange said `serverTime` to a request that was sent and answered at these times of ours. */
  measured(serverTime: number, sentAt: number, answeredAt: number): void {
    const roundTripMs = Math.max(0, answeredAt - sentAt);
    const offsetMs = serverTime - (sentAt + answeredAt) / 2;
    const known = this.#state;
    if (known !== undefined && roundTripMs > known.roundTripMs && answeredAt - known.measuredAt < keptMs) {
      // Both can be true; otherwise one of the clocks was set.
      if (Math.abs(offsetMs - known.offsetMs) <= (roundTripMs + known.roundTripMs) / 2) return;
    }
    this.#state = { offsetMs, measuredAt: answeredAt, roundTripMs };
  }

  /** `atLeast`: what the frame itself proves. */
  time(atLeast: number): number {
    return Math.max(atLeast, Math.round(this.#now() + (this.#state?.offsetMs ?? 0)));
  }
}
