import { WINDOW_MINUTES_MAX } from './interval.ts';
import { type MinuteRing, SLOT_LENGTH } from './minute-ring.ts';

const SIZE = WINDOW_MINUTES_MAX;
const WORD = 32;
const WORDS = SIZE / WORD;

// Per window: its extreme, and the minute that has it, -1 while there is none.
const EXTREME = 0;
const MINUTE = 1;
export const EXTREME_LENGTH = 2;

export interface ExtremeQueueOptions {
  readonly ring: MinuteRing;
  /** Of the value within a slot of the ring. */
  readonly place: number;
  readonly side: 'highest' | 'lowest';
  /** Lengths in minutes, ascending. */
  readonly windows: readonly number[];
  /** Window `w` has its numbers at `at + w * stride` in it. */
  readonly memory: Float64Array;
  readonly at: number;
  readonly stride: number;
}

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
  readonly #memory: Float64Array;
  readonly #at: number;
  readonly #stride: number;

  constructor({ ring, place, side, windows, memory, at, stride }: ExtremeQueueOptions) {
    this.#ring = ring;
    this.#place = place;
    this.#sign = side === 'highest' ? 1 : -1;
    this.#windows = windows;
    this.#memory = memory;
    this.#at = at;
    this.#stride = stride;
    for (let window = 0; window < windows.length; window++) this.#forget(at + window * stride);
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
    const memory = this.#memory;
    const end = this.#at + this.#windows.length * this.#stride;
    for (let at = this.#at; at < end; at += this.#stride) {
      if (value < (memory[at + EXTREME] as number)) continue;
      memory[at + EXTREME] = value;
      memory[at + MINUTE] = minute;
    }
  }

  /** Forgets what falls out of each window with the minute `entering`. O(1) amortised; before the ring overwrites its slot. */
  advance(entering: number): void {
    const memory = this.#memory;
    for (let window = 0; window < this.#windows.length; window++) {
      const at = this.#at + window * this.#stride;
      const minute = memory[at + MINUTE] as number;
      if (minute < 0 || minute > entering - (this.#windows[window] as number)) continue;
      const next = this.#nextAfter(minute, entering - 1);
      memory[at + MINUTE] = next;
      memory[at + EXTREME] = next < 0 ? -Infinity : this.#value(next % SIZE);
    }
    const slot = entering % SIZE;
    this.#queue[slot >>> 5] = (this.#queue[slot >>> 5] as number) & ~(1 << slot);
  }

  /** Extreme of the window's values; infinite when it has none. */
  value(window: number): number {
    return this.#sign * (this.#memory[this.#at + window * this.#stride + EXTREME] as number);
  }

  /** The same without the values of minute `oldest` and before. */
  valueAfter(window: number, oldest: number): number {
    const minute = this.#memory[this.#at + window * this.#stride + MINUTE] as number;
    if (minute > oldest) return this.value(window);
    const next = minute < 0 ? -1 : this.#nextAfter(minute, this.#ring.newest);
    return this.#sign * (next < 0 ? -Infinity : this.#value(next % SIZE));
  }

  #forget(at: number): void {
    this.#memory[at + MINUTE] = -1;
    this.#memory[at + EXTREME] = -Infinity;
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
