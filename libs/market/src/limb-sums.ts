import { EXACT_SUM_LENGTH, roundExact, splitExact } from './exact-sum.ts';

const parts = new Float64Array(3);

/**
 * Several exact sums with the limbs of `exact-sum.ts`, but only those that the values ever touched, a few of the 68. Each sum has a
 * column: values of one column are of one size.
 */
export class LimbSums {
  readonly #rows: number;
  readonly #columns: number;
  /** Per row and column, `#length` of them. */
  #limbs = new Float64Array(0);
  #length = 0;
  /** Per column: which limb of the whole range comes first. */
  readonly #lowest: Int32Array;

  constructor(rows: number, columns: number) {
    this.#rows = rows;
    this.#columns = columns;
    this.#lowest = new Int32Array(columns);
  }

  /** `sign` -1 takes away what was added before. */
  add(row: number, column: number, value: number, sign: 1 | -1): void {
    if (value === 0) return;
    const first = splitExact(value, parts);
    const lowest = this.#lowest[column] as number;
    if (this.#length === 0 || first < lowest || first + 3 > lowest + this.#length) this.#widen(column, first);
    const at = this.#at(row, column) + first - (this.#lowest[column] as number);
    const limbs = this.#limbs;
    for (let part = 0; part < 3; part++) {
      limbs[at + part] = (limbs[at + part] as number) + sign * (parts[part] as number);
    }
  }

  /** Correctly rounded. */
  value(row: number, column: number): number {
    return roundExact(this.#limbs, this.#at(row, column), this.#length, this.#lowest[column] as number);
  }

  #at(row: number, column: number): number {
    return (row * this.#columns + column) * this.#length;
  }

  /** Room for three limbs from `first` on. Rare: only until the values have shown how small and how large they are. */
  #widen(column: number, first: number): void {
    const before = this.#limbs;
    const length = this.#length;
    const lowest = this.#lowest[column] as number;
    const from = length === 0 ? first : Math.min(lowest, first);
    const to = length === 0 ? first + 3 : Math.max(lowest + length, first + 3);
    this.#length = Math.min(EXACT_SUM_LENGTH, Math.max(length, to - from));
    this.#lowest[column] = Math.min(from, EXACT_SUM_LENGTH - this.#length);
    const shift = length === 0 ? 0 : lowest - (this.#lowest[column] as number);
    this.#limbs = new Float64Array(this.#rows * this.#columns * this.#length);
    for (let row = 0; row < this.#rows; row++) {
      for (let each = 0; each < this.#columns; each++) {
        const old = (row * this.#columns + each) * length;
        this.#limbs.set(before.subarray(old, old + length), this.#at(row, each) + (each === column ? shift : 0));
      }
    }
  }
}
