import { WINDOW_MINUTES_MAX } from './interval.ts';

/** Power of two above the longest window, so that a logical position maps to a place by a mask. */
const CAPACITY = 2_048;
const MASK = CAPACITY - 1;
if (CAPACITY <= WINDOW_MINUTES_MAX) throw new RangeError('the queue is smaller than the longest window');

/**
 * Highest (or lowest) value of several rolling windows at once: one monotonic queue of minutes, and per window the place
 * where the queue begins for it. A shorter window's queue is the tail of a longer one's, so one queue serves all.
 */
export class ExtremeQueue {
  readonly #values: Float64Array;
  readonly #ringSize: number;
  readonly #highest: boolean;
  readonly #windows: readonly number[];
  readonly #minutes = new Int32Array(CAPACITY);
  readonly #heads: Float64Array;
  #tail = 0;

  /** `values`: the ring's column, indexed by minute % its length. `windows`: lengths in minutes, ascending. */
  constructor(values: Float64Array, side: 'highest' | 'lowest', windows: readonly number[]) {
    this.#values = values;
    this.#ringSize = values.length;
    this.#highest = side === 'highest';
    this.#windows = windows;
    this.#heads = new Float64Array(windows.length);
  }

  /** The minute has a value in the ring. Together with `advance` O(1) amortised. */
  push(minute: number): void {
    const values = this.#values;
    const size = this.#ringSize;
    const minutes = this.#minutes;
    const value = values[minute % size] as number;
    const begin = this.#heads[this.#heads.length - 1] as number;
    let tail = this.#tail;
    while (tail > begin) {
      const last = values[(minutes[(tail - 1) & MASK] as number) % size] as number;
      if (this.#highest ? last > value : last < value) break;
      tail--;
    }
    minutes[tail & MASK] = minute;
    this.#tail = tail + 1;
  }

  /** Forgets what fell out of each window now that `newest` is its last minute. */
  advance(newest: number): void {
    const heads = this.#heads;
    const tail = this.#tail;
    for (let window = 0; window < heads.length; window++) {
      const oldest = newest - (this.#windows[window] as number);
      let head = heads[window] as number;
      // The values that this head pointed behind may have been replaced by a more extreme one.
      if (head >= tail) head = tail > 0 ? tail - 1 : 0;
      while (head < tail && (this.#minutes[head & MASK] as number) <= oldest) head++;
      heads[window] = head;
    }
  }

  /** Extreme of the window's values; NaN when it has none. */
  value(window: number): number {
    const head = this.#heads[window] as number;
    return head < this.#tail ? (this.#values[(this.#minutes[head & MASK] as number) % this.#ringSize] as number) : NaN;
  }

  /** The same without the values of minute `oldest` and before. */
  valueAfter(window: number, oldest: number): number {
    let head = this.#heads[window] as number;
    while (head < this.#tail && (this.#minutes[head & MASK] as number) <= oldest) head++;
    return head < this.#tail ? (this.#values[(this.#minutes[head & MASK] as number) % this.#ringSize] as number) : NaN;
  }
}
