import { LimbSums } from './limb-sums.ts';
import { type MinuteRing, QUOTE_VOLUME, TAKER_BUY_QUOTE_VOLUME, VOLUME } from './minute-ring.ts';

/** Places in a candle's slot whose sums are kept exactly. Trades are whole numbers: their plain sum is exact. */
const places = [VOLUME, QUOTE_VOLUME, TAKER_BUY_QUOTE_VOLUME] as const;
export type SumColumn = 0 | 1 | 2;
const COLUMNS = places.length;

/** Numbers that the sums of one window take in memory. */
export const SUMS_LENGTH = 2 * COLUMNS;

const scratch = new Float64Array(2);

/**
 * Adds to the sum whose two doubles stand at `at`, and tells whether they still hold it exactly. If so, the first is the sum,
 * correctly rounded. (Knuth's error-free addition, three times.)
 */
function addExactly(memory: Float64Array, at: number, value: number): boolean {
  const oldHigh = memory[at] as number;
  const oldLow = memory[at + 1] as number;
  const sum = oldHigh + value;
  const part = sum - oldHigh;
  const error = oldHigh - (sum - part) + (value - part);
  const small = oldLow + error;
  const smallPart = small - oldLow;
  const lost = oldLow - (small - smallPart) + (error - smallPart);
  const high = sum + small;
  const highPart = high - sum;
  const low = sum - (high - highPart) + (small - highPart);
  memory[at] = high;
  memory[at + 1] = low;
  // The second is false where a sum is beyond all doubles.
  return lost === 0 && low - low === 0;
}

/**
 * Exact sums of the volumes of several windows. As long as two doubles hold a sum exactly, they do: that is 106 bits from the
 * last digit of the smallest volume to the first of the sum, more than market data need. Where it is not enough (and only
 * adding finds that out), limbs take over for good, made from the ring; the sums are the same.
 */
export class WindowSums {
  readonly #ring: MinuteRing;
  readonly #windows: readonly number[];
  readonly #memory: Float64Array;
  readonly #at: number;
  readonly #stride: number;
  #pairsHold = true;
  #limbs: LimbSums | undefined;

  /** Window `w` has its numbers at `at + w * stride` in `memory`. `windows`: lengths in minutes. */
  constructor(ring: MinuteRing, windows: readonly number[], memory: Float64Array, at: number, stride: number) {
    this.#ring = ring;
    this.#windows = windows;
    this.#memory = memory;
    this.#at = at;
    this.#stride = stride;
  }

  /** The candle whose numbers begin at `slot` comes into the window. */
  enter(window: number, slot: number): void {
    this.#change(window, slot, 1);
  }

  leave(window: number, slot: number): void {
    this.#change(window, slot, -1);
  }

  /** All windows have changed, and the ring too. */
  settle(): void {
    if (!this.#pairsHold && this.#limbs === undefined) this.#limbs = this.#limbsOfRing();
  }

  value(window: number, column: SumColumn): number {
    if (this.#limbs !== undefined) return this.#limbs.value(window, column);
    return this.#memory[this.#place(window, column)] as number;
  }

  /** A sum after a candle came with `entering` and one left with `leaving`; nothing changes. */
  preview(window: number, column: SumColumn, entering: number, leaving: number): number {
    if (this.#limbs === undefined) {
      const at = this.#place(window, column);
      scratch[0] = this.#memory[at] as number;
      scratch[1] = this.#memory[at + 1] as number;
      if (addExactly(scratch, 0, entering) && addExactly(scratch, 0, -leaving)) return scratch[0] as number;
    }
    this.#limbs ??= this.#limbsOfRing();
    const limbs = this.#limbs;
    limbs.add(window, column, entering, 1);
    limbs.add(window, column, leaving, -1);
    const value = limbs.value(window, column);
    limbs.add(window, column, leaving, 1);
    limbs.add(window, column, entering, -1);
    return value;
  }

  #change(window: number, slot: number, sign: 1 | -1): void {
    const { values } = this.#ring;
    if (this.#limbs !== undefined) {
      for (let column = 0; column < COLUMNS; column++) {
        this.#limbs.add(window, column, values[slot + (places[column] as number)] as number, sign);
      }
      return;
    }
    const at = this.#place(window, 0);
    const volume = addExactly(this.#memory, at, sign * (values[slot + VOLUME] as number));
    const quote = addExactly(this.#memory, at + 2, sign * (values[slot + QUOTE_VOLUME] as number));
    const taker = addExactly(this.#memory, at + 4, sign * (values[slot + TAKER_BUY_QUOTE_VOLUME] as number));
    if (!volume || !quote || !taker) this.#pairsHold = false;
  }

  #limbsOfRing(): LimbSums {
    const ring = this.#ring;
    const limbs = new LimbSums(this.#windows.length, COLUMNS);
    for (const [window, minutes] of this.#windows.entries()) {
      for (let minute = ring.newest - minutes + 1; minute <= ring.newest; minute++) {
        if (!ring.has(minute)) continue;
        for (const [column, place] of places.entries()) {
          limbs.add(window, column, ring.values[ring.slot(minute) + place] as number, 1);
        }
      }
    }
    return limbs;
  }

  #place(window: number, column: number): number {
    return this.#at + window * this.#stride + 2 * column;
  }
}
