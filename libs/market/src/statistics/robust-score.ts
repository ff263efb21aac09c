import { WINDOW_MINUTES_MAX } from '../interval.ts';
import type { MinuteRing } from '../minute-ring.ts';
import type { MinuteStatistic } from './minute-statistic.ts';
import { shortCode, shortNumber } from './short-number.ts';
import { NO_CODE, SortedValues } from './sorted-values.ts';

/** So many of the last 1,440 minutes must have a value: a few gaps do not take a day's judgement away. */
export const DAY_VALUES_MIN = 1_296;

/** Of a normal distribution the median distance from the median, times this, is the standard deviation. */
const DEVIATIONS_PER_MEDIAN_DISTANCE = 1.482602218505602;

const SCORE_MAX = 1e6;

/**
 * How far the newest minute's value is from the median of the last day's, itself included, in robust standard deviations:
 * (value − median) / (1.4826 × median distance from the median), at most a million either way. A few wild minutes move neither
 * median. Values have eleven bits. Absent with fewer than 1,296 values, and where the median distance is 0: then more than half are equal.
 */
export class RobustScore implements MinuteStatistic {
  readonly #ring: MinuteRing;
  /** Of a minute; NaN where it has none. Needs no minute before the one before. */
  readonly #read: (ring: MinuteRing, minute: number) => number;
  /** Minutes that a value spans: with two, the oldest of the ring has none. */
  readonly #span: 1 | 2;
  readonly #day = new SortedValues(WINDOW_MINUTES_MAX);
  #leaving = NO_CODE;
  #newest = NO_CODE;

  constructor(ring: MinuteRing, span: 1 | 2, read: (ring: MinuteRing, minute: number) => number) {
    this.#ring = ring;
    this.#span = span;
    this.#read = read;
  }

  leave(entering: number): void {
    this.#leaving = this.#codeOf(entering - WINDOW_MINUTES_MAX + this.#span - 1);
  }

  enter(minute: number): void {
    this.#newest = this.#codeOf(minute);
    this.#day.replace(this.#leaving, this.#newest);
    this.#leaving = NO_CODE;
  }

  rebuild(): void {
    const { newest } = this.#ring;
    const codes: number[] = [];
    for (let minute = newest - WINDOW_MINUTES_MAX + this.#span; minute <= newest; minute++) {
      const code = this.#codeOf(minute);
      if (code !== NO_CODE) codes.push(code);
    }
    this.#day.fill(codes);
    this.#newest = this.#codeOf(newest);
    this.#leaving = NO_CODE;
  }

  value(): number {
    if (this.#day.length < DAY_VALUES_MIN || this.#newest === NO_CODE) return Number.NaN;
    const distance = this.#day.medianDistance();
    if (distance === 0) return Number.NaN;
    const score = (shortNumber(this.#newest) - this.#day.median()) / (DEVIATIONS_PER_MEDIAN_DISTANCE * distance);
    return Math.fround(Math.min(SCORE_MAX, Math.max(-SCORE_MAX, score)));
  }

  #codeOf(minute: number): number {
    const value = this.#read(this.#ring, minute);
    return Number.isNaN(value) ? NO_CODE : shortCode(value);
  }
}
