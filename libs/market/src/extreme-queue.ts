import { WINDOW_MINUTES_MAX } from './interval.ts';
import { type MinuteRing, SLOT_LENGTH } from './minute-ring.ts';

const SIZE = WINDOW_MINUTES_MAX;
const WORD = 32;
const WORDS = SIZE / WORD;

/**
 * Highest (or lowest) value of several rolling windows at once: one monotonic queue, and per window the minute that is its
 * extreme. A shorter window's queue is the tail of a longer one's, so one queue serves all. It is kept as one bit per slot of
 * the ring: set where no younger minute is as extreme.
 */
export class ExtremeQueue {
  readonly #ring: MinuteRing;
  readonly #place: number;
  readonly #sign: 1 | -1;
  readonly #windows: readonly number[];
  readonly #queue = new Int32Array(WORDS);
  /** Per window: the minute of its extreme, -1 while it has none, and that extreme. */
  readonly #minutes: Int32Array;
  readonly #extremes: Float64Array;

  /** `place`: of the value within a slot of the ring. `windows`: lengths in minutes, ascending. */
  constructor(ring: MinuteRing, place: number, side: 'highest' | 'lowest', windows: readonly number[]) {
    this.#ring = ring;
    this.#place = place;
    this.#sign = side === 'highest' ? 1 : -1;
    this.#windows = windows;
    this.#minutes = new Int32Array(windows.length).fill(-1);
    this.#extremes = new Float64Array(windows.length).fill(-Infinity);
  }

  /** The minute has a value in the ring; whatever stood in its slot before has been forgotten by `advance`. */
  push(minute: number): void {
    const queue = this.#queue;
    const value = this.#value(minute % SIZE);
    let slot = minute % SIZE;
    for (let last = this.#before(slot); last >= 0 && this.#value(last) <= value; last = this.#before(last)) {
      queue[last >>> 5] = (queue[last >>> 5] as number) & ~(1 << last);
    }
    slot = minute % SIZE;
    queue[slot >>> 5] = (queue[slot >>> 5] as number) | (1 << slot);
    const extremes = this.#extremes;
    for (let window = 0; window < extremes.length; window++) {
      if (value < (extremes[window] as number)) continue;
      extremes[window] = value;
      this.#minutes[window] = minute;
    }
  }

  /** Forgets what falls out of each window with the minute `entering`. O(1) amortised; before the ring overwrites its slot. */
  advance(entering: number): void {
    const minutes = this.#minutes;
    for (let window = 0; window < minutes.length; window++) {
      const minute = minutes[window] as number;
      if (minute < 0 || minute > entering - (this.#windows[window] as number)) continue;
      const next = this.#nextAfter(minute, entering - 1);
      minutes[window] = next;
      this.#extremes[window] = next < 0 ? -Infinity : this.#value(next % SIZE);
    }
    const slot = entering % SIZE;
    this.#queue[slot >>> 5] = (this.#queue[slot >>> 5] as number) & ~(1 << slot);
  }

  /** Extreme of the window's values; infinite when it has none. */
  value(window: number): number {
    return this.#sign * (this.#extremes[window] as number);
  }

  /** The same without the values of minute `oldest` and before. */
  valueAfter(window: number, oldest: number): number {
    const minute = this.#minutes[window] as number;
    if (minute > oldest) return this.value(window);
    const next = minute < 0 ? -1 : this.#nextAfter(minute, this.#ring.newest);
    return this.#sign * (next < 0 ? -Infinity : this.#value(next % SIZE));
  }

  /** As a highest one, also where the lowest is asked for. */
  #value(slot: number): number {
    return this.#sign * (this.#ring.values[slot * SLOT_LENGTH + this.#place] as number);
  }

  /** Nearest slot before this one, going round, that is in the queue; -1: none. */
  #before(slot: number): number {
    const queue = this.#queue;
    let word = slot >>> 5;
    // Bits below the slot's own; of its word the rest comes last.
    let bits = (queue[word] as number) & ((1 << slot) - 1);
    for (let step = 0; step <= WORDS; step++) {
      if (bits !== 0) return (word << 5) + 31 - Math.clz32(bits);
      word = word === 0 ? WORDS - 1 : word - 1;
      bits = queue[word] as number;
    }
    return -1;
  }

  /** First minute after this one, up to `newest`, that is in the queue; -1: none. */
  #nextAfter(minute: number, newest: number): number {
    const queue = this.#queue;
    for (let next = minute + 1; next <= newest; ) {
      const slot = next % SIZE;
      const bits = (queue[slot >>> 5] as number) >>> (slot & 31);
      if (bits !== 0) {
        const found = next + 31 - Math.clz32(bits & -bits);
        return found <= newest ? found : -1;
      }
      next += WORD - (slot & 31);
    }
    return -1;
  }
}
