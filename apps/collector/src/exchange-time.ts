/**
 * What time it is at the exchange, by its own words: no clock of ours ever closes a minute. A candle in progress proves that
 * its minute is not over and a closed one that it is, so a leap of the clock that dates the frames cannot end a minute early.
 * What the exchange tells when it is asked for its time only says when to ask for more: it may be wrong, and proves nothing.
 */
import { MINUTE_MS } from '@screener/market';

/** Final frames may be some seconds late; then REST is asked. */
export const settleMs = 4_000;
/** REST has all of a minute so long after its end by the clock of the streams. */
const marginMs = 20_000;
/** And so long after it, where it had told a later one of any instrument before it was asked: then it does not lag behind. */
const marginMsTold = settleMs;
/** However far REST may lag behind the streams, it has told all of a minute so long after its end. Exchange time. */
export const surelyToldMs = 180_000;
/** A time that the exchange tells may be ahead of what its candles show by so much more than the time that passed since. */
const aheadMsMax = 5_000;
/** No frame can be so much ahead. */
const absurdMsMin = 2 * MINUTE_MS;

interface Seen {
  readonly time: number;
  /** Our clock then. It closes nothing: it only shows what cannot be. */
  readonly at: number;
}

/** What was known when something was asked for: what the answer proves depends on it. */
export interface Known {
  /** As candles show it. */
  readonly proven: number;
  /** As the streams show it. */
  readonly heard: number;
  /** Open time of the newest candle that REST had told of any instrument. */
  readonly shown: number;
}

const never: Seen = { time: Number.NEGATIVE_INFINITY, at: Number.NEGATIVE_INFINITY };

export class ExchangeTime {
  #told: Seen;
  /** By frames. */
  #heard: Seen = never;
  /** Open time of the newest candle that REST has told of any instrument. */
  #shown: Seen = never;
  /** Our clock when a frame came last. */
  #heardAt: number;

  constructor(serverTime: number, heardAt: number) {
    this.#told = { time: serverTime, at: heardAt };
    this.#heardAt = heardAt;
  }

  /** What is believed, to decide when to ask and for whom to wait; `proven` where something is concluded from it. */
  get now(): number {
    const { time, at } = this.#told;
    return Math.max(this.proven, Math.min(time, this.#credible(at)));
  }

  /** What the candles of the exchange show: at least so late it is. */
  get proven(): number {
    return Math.max(this.#heard.time, this.#shown.time);
  }

  /** To be remembered with what is asked for now. */
  get known(): Known {
    return { proven: this.proven, heard: this.#heard.time, shown: this.#shown.time };
  }

  get heardAt(): number {
    return this.#heardAt;
  }

  heard(openTime: number, closed: boolean, eventTime: number, wallTime: number): void {
    const end = openTime + MINUTE_MS;
    // A closed candle proves that the next minute has begun, not that it is over.
    const proven = closed
      ? Math.min(Math.max(eventTime, end), end + MINUTE_MS - 1)
      : Math.max(openTime, Math.min(eventTime, end - 1));
    if (proven > this.#heard.time) this.#heard = { time: proven, at: wallTime };
    this.#heardAt = wallTime;
  }

  /** REST has a candle of it. */
  show(openTime: number, wallTime: number): void {
    if (openTime > this.#shown.time) this.#shown = { time: openTime, at: wallTime };
  }

  /** The last answer counts: a wrong one is forgotten with the next. */
  told(serverTime: number, wallTime: number): void {
    this.#told = { time: serverTime, at: wallTime };
  }

  /** False where no clock that is not broken could have dated a frame so. Where the exchange's stands still, ours vouches. */
  isPlausible(time: number, wallTime: number): boolean {
    const known = Math.max(this.#heard.at, this.#told.at);
    return time <= Math.max(this.now + Math.max(0, wallTime - known), wallTime) + absurdMsMin;
  }

  /**
   * Whether REST, which does not tell a later candle of an instrument, must all the same have told all of this minute.
   * `asked`: what was known before it was asked.
   */
  isOver(openTime: number, asked: Known): boolean {
    const end = openTime + MINUTE_MS;
    if (this.#heard.time >= end + marginMs || this.proven >= end + surelyToldMs) return true;
    return (asked.shown >= end && asked.heard >= end + marginMsTold) || asked.shown >= end + MINUTE_MS;
  }

  /** Open time of the minute in progress. */
  get openMinute(): number {
    return Math.floor(this.now / MINUTE_MS) * MINUTE_MS;
  }

  /** Open time of the newest minute that is worth asking for as a closed one. */
  get settled(): number {
    return Math.floor((this.now - settleMs) / MINUTE_MS) * MINUTE_MS - MINUTE_MS;
  }

  /** How late it can be at most, `at` by our clock. */
  #credible(at: number): number {
    if (this.proven === Number.NEGATIVE_INFINITY) return Number.POSITIVE_INFINITY;
    const [heard, shown] = [this.#heard, this.#shown];
    const sinceHeard = heard.time + Math.max(0, at - heard.at) + aheadMsMax;
    const sinceShown = shown.time + MINUTE_MS - 1 + Math.max(0, at - shown.at);
    return Math.max(heard === never ? heard.time : sinceHeard, shown === never ? shown.time : sinceShown);
  }
}
