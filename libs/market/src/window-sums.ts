import { EXACT_SUM_LENGTH, roundExact, splitExact } from './exact-sum.ts';
import { QUOTE_VOLUME, TAKER_BUY_QUOTE_VOLUME, VOLUME } from './minute-ring.ts';

/** Places in a candle's slot whose sums are kept exactly. Trades are whole numbers: their plain sum is exact. */
const columns = [VOLUME, QUOTE_VOLUME, TAKER_BUY_QUOTE_VOLUME] as const;
const COLUMNS = columns.length;

const parts = new Float64Array(3);
const scratch = new Float64Array(EXACT_SUM_LENGTH);

/**
 * Exact sums of the volumes of several windows: the limbs of `exact-sum.ts`, but only those that the values of this instrument
 * ever touched, four or five of the 68.
 */
export class WindowSums {
  readonly #windows: number;
  /** Per window and column, `#length` of them. */
  #limbs = new Float64Array(0);
  #length = 0;
  /** Per column: which limb of the whole range comes first. */
  readonly #lowest = new Int32Array(COLUMNS);

  constructor(windows: number) {
    this.#windows = windows;
  }

  /** The candle whose numbers begin at `slot` comes into every window. */
  enter(values: Float64Array, slot: number): void {
    for (let column = 0; column < COLUMNS; column++) {
      const value = values[slot + (columns[column] as number)] as number;
      if (value === 0) continue;
      const first = splitExact(value, parts);
      let from = first - (this.#lowest[column] as number);
      if (this.#length === 0 || from < 0 || from + 3 > this.#length) {
        this.#widen(column, first);
        from = first - (this.#lowest[column] as number);
      }
      const [low, middle, high] = parts as unknown as readonly [number, number, number];
      const limbs = this.#limbs;
      const step = COLUMNS * this.#length;
      for (let at = column * this.#length + from; at < limbs.length; at += step) {
        limbs[at] = (limbs[at] as number) + low;
        limbs[at + 1] = (limbs[at + 1] as number) + middle;
        limbs[at + 2] = (limbs[at + 2] as number) + high;
      }
    }
  }

  /** The candle leaves one window. */
  leave(window: number, values: Float64Array, slot: number): void {
    for (let column = 0; column < COLUMNS; column++) {
      const value = values[slot + (columns[column] as number)] as number;
      if (value !== 0) this.#subtract(this.#limbs, this.#at(window, column), column, value);
    }
  }

  volume(window: number): number {
    return this.#sum(window, 0);
  }

  quoteVolume(window: number): number {
    return this.#sum(window, 1);
  }

  takerBuyQuoteVolume(window: number): number {
    return this.#sum(window, 2);
  }

  /** One of the sums after a candle came with `entering` and one left with `leaving`; nothing changes. */
  preview(window: number, column: 0 | 1 | 2, entering: number, leaving: number): number {
    if (entering !== 0) {
      const first = splitExact(entering, parts);
      const from = first - (this.#lowest[column] as number);
      if (this.#length === 0 || from < 0 || from + 3 > this.#length) this.#widen(column, first);
    }
    const length = this.#length;
    const base = this.#at(window, column);
    for (let limb = 0; limb < length; limb++) scratch[limb] = this.#limbs[base + limb] as number;
    if (entering !== 0) {
      const from = splitExact(entering, parts) - (this.#lowest[column] as number);
      for (let part = 0; part < 3; part++) {
        scratch[from + part] = (scratch[from + part] as number) + (parts[part] as number);
      }
    }
    if (leaving !== 0) this.#subtract(scratch, 0, column, leaving);
    return roundExact(scratch, 0, length, this.#lowest[column] as number);
  }

  #subtract(limbs: Float64Array, base: number, column: number, value: number): void {
    const at = base + splitExact(value, parts) - (this.#lowest[column] as number);
    limbs[at] = (limbs[at] as number) - (parts[0] as number);
    limbs[at + 1] = (limbs[at + 1] as number) - (parts[1] as number);
    limbs[at + 2] = (limbs[at + 2] as number) - (parts[2] as number);
  }

  #sum(window: number, column: number): number {
    return roundExact(this.#limbs, this.#at(window, column), this.#length, this.#lowest[column] as number);
  }

  #at(window: number, column: number): number {
    return (window * COLUMNS + column) * this.#length;
  }

  /** Room for three limbs from `first` on. Rare: only until the instrument has shown how small and how large its values are. */
  #widen(column: number, first: number): void {
    const before = this.#limbs;
    const length = this.#length;
    const lowest = this.#lowest[column] as number;
    const from = length === 0 ? first : Math.min(lowest, first);
    const to = Math.max(lowest + length, first + 3);
    this.#length = length === 0 ? 3 : Math.max(length, to - from);
    this.#lowest[column] = from;
    this.#limbs = new Float64Array(this.#windows * COLUMNS * this.#length);
    for (let window = 0; window < this.#windows; window++) {
      for (let each = 0; each < COLUMNS; each++) {
        const old = (window * COLUMNS + each) * length;
        const shift = each === column && length > 0 ? lowest - from : 0;
        this.#limbs.set(before.subarray(old, old + length), this.#at(window, each) + shift);
      }
    }
  }
}
