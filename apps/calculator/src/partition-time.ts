/**
 * How far a partition is, by its candles. The collector leaves no minute of an instrument out, and goes on after what was lost only
 * with what REST told: whatever else is far ahead of every candle of the partition comes of a clock that jumped, and would push whole
 * windows out. No clock is asked, and nothing is remembered but what the states of instruments say themselves: so history is judged
 * in a replay as it was then.
 */
import { MINUTE_MS } from '@screener/market';

/** As far as the collector believes a time to come. */
export const leapMsMax = 60 * MINUTE_MS;

export class PartitionTime {
  readonly #partition: number;
  #newest: number | undefined;

  constructor(partition: number) {
    this.#partition = partition;
  }

  /** A closed minute of some instrument. Only ever rises, so a replay accepts whatever the run accepted. */
  reached(openTime: number): void {
    if (this.#newest === undefined || openTime > this.#newest) this.#newest = openTime;
  }

  /** Why this minute cannot be yet, in one line for people. */
  leapProblem(openTime: number): string | undefined {
    if (this.#newest === undefined || openTime <= this.#newest + leapMsMax) return undefined;
    const minutes = Math.round((openTime - this.#newest) / MINUTE_MS);
    const place = `partition ${this.#partition}, which is at ${textOf(this.#newest)}`;
    return `${textOf(openTime)} is ${minutes} minutes ahead of ${place}: ${leapMsMax / MINUTE_MS} are the most, check the clock that dated it`;
  }
}

/** Also where no calendar reaches. */
function textOf(openTime: number): string {
  const date = new Date(openTime);
  return Number.isNaN(date.getTime()) ? String(openTime) : date.toISOString().replace(':00.000Z', 'Z');
}
