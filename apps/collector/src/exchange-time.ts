/**
 * What time it is at the exchange, by its own words: no clock of ours ever closes a minute. A candle in progress proves that
 * its minute is not over and a closed one that it is, so a leap of the clock that dates the frames cannot end a minute early.
 */
import { MINUTE_MS } from '@screener/market';

/** Final frames may be some seconds late; then REST is asked. */
export const settleMs = 4_000;
/** A frame is believed to be so much later than its minute at most. */
const beyondMsMax = MINUTE_MS;

export class ExchangeTime {
  #now: number;
  /** Our clock when a frame came last. */
  #heardAt: number;

  constructor(serverTime: number, heardAt: number) {
    this.#now = serverTime;
    this.#heardAt = heardAt;
  }

  get now(): number {
    return this.#now;
  }

  get heardAt(): number {
    return this.#heardAt;
  }

  heard(openTime: number, closed: boolean, eventTime: number, wallTime: number): void {
    const end = openTime + MINUTE_MS;
    const proven = closed ? Math.min(Math.max(eventTime, end), end + beyondMsMax) : Math.min(eventTime, end - 1);
    if (proven > this.#now) this.#now = proven;
    this.#heardAt = wallTime;
  }

  told(serverTime: number): void {
    if (serverTime > this.#now) this.#now = serverTime;
  }

  /** Open time of the minute in progress. */
  get openMinute(): number {
    return Math.floor(this.#now / MINUTE_MS) * MINUTE_MS;
  }

  /** Open time of the newest minute that is certainly closed. */
  get settled(): number {
    return Math.floor((this.#now - settleMs) / MINUTE_MS) * MINUTE_MS - MINUTE_MS;
  }
}
