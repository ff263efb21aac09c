import type { MinuteRing } from '../minute-ring.ts';
import { productOfParts, returnAt } from './log-return.ts';
import type { MinuteStatistic } from './minute-statistic.ts';

/** Markets that never close: minutes of a year of 365 days. */
const MINUTES_OF_YEAR = 525_600;

/**
 * The root of the mean square of the N − 1 one-minute log returns between the N closes of a window, as of a year, in percent.
 * No mean is taken off: over a day it is noise. Absent while a candle of the window is missing; 0 where no close differs.
 */
export class RealisedVolatility implements MinuteStatistic {
  readonly #ring: MinuteRing;
  readonly #minutes: number;
  #returns = 0;
  /** Whole numbers: exact. */
  #squares = 0;

  constructor(ring: MinuteRing, minutes: number) {
    this.#ring = ring;
    this.#minutes = minutes;
  }

  leave(entering: number): void {
    // Of the oldest close only the return to the next one is in the window.
    this.#change(entering - this.#minutes + 1, -1);
  }

  enter(minute: number): void {
    this.#change(minute, 1);
  }

  rebuild(): void {
    const { newest } = this.#ring;
    this.#returns = 0;
    this.#squares = 0;
    for (let minute = newest - this.#minutes + 2; minute <= newest; minute++) this.#change(minute, 1);
  }

  value(): number {
    const returns = this.#minutes - 1;
    if (this.#returns !== returns) return Number.NaN;
    return Math.fround(Math.sqrt((productOfParts(this.#squares) / returns) * MINUTES_OF_YEAR) * 100);
  }

  #change(minute: number, sign: 1 | -1): void {
    const parts = returnAt(this.#ring, minute);
    if (Number.isNaN(parts)) return;
    this.#returns += sign;
    this.#squares += sign * parts * parts;
  }
}
