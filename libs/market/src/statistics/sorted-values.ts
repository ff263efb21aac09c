/**
 * Values in ascending order, with their median and the median of their distances from it. A value that comes and one that goes
 * cost two binary searches and the move of what lies between them; both medians are looked up. Single precision: a day of
 * minutes has six kilobytes, and the value that goes is found again by its bits.
 */
export class SortedValues {
  readonly #values: Float32Array;
  #length = 0;

  constructor(capacity: number) {
    this.#values = new Float32Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** `going` is one of the values; NaN for none. `coming` may be NaN too. Both in single precision. */
  replace(going: number, coming: number): void {
    if (going === coming) return;
    const values = this.#values;
    const hole = Number.isNaN(going) ? this.#length++ : this.#placeOf(going);
    if (Number.isNaN(coming)) {
      values.copyWithin(hole, hole + 1, this.#length);
      this.#length--;
      return;
    }
    // The hole counts as part of the list: what is to its right moves left, or what is to its left moves right.
    if (hole < this.#length - 1 && coming > (values[hole + 1] as number)) {
      const end = this.#firstNotBelow(coming, hole + 1, this.#length);
      values.copyWithin(hole, hole + 1, end);
      values[end - 1] = coming;
      return;
    }
    const begin = this.#firstNotBelow(coming, 0, hole);
    values.copyWithin(begin + 1, begin, hole);
    values[begin] = coming;
  }

  /** These and no others. */
  fill(values: ArrayLike<number>): void {
    this.#length = values.length;
    this.#values.set(values);
    this.#values.subarray(0, this.#length).sort();
  }

  /** NaN of nothing. */
  median(): number {
    const half = this.#length >>> 1;
    const upper = this.#values[half] as number;
    if (this.#length % 2 === 1) return upper;
    return this.#length === 0 ? Number.NaN : ((this.#values[half - 1] as number) + upper) / 2;
  }

  /** Median of the distances from the median. Those below and those above it are sorted already: the middle of both is searched. */
  medianDistance(): number {
    const values = this.#values;
    const length = this.#length;
    if (length === 0) return Number.NaN;
    const median = this.median();
    const half = length >>> 1;
    const above = length - half;
    // The nearest ones, this many: `left` of them lie below, the others from `half` on.
    const nearest = length % 2 === 1 ? half + 1 : half;
    let low = Math.max(0, nearest - above);
    let high = Math.min(nearest, half);
    while (low < high) {
      const left = (low + high) >>> 1;
      // One more from below belongs to them where it is nearer than the last one from above.
      const below = median - (values[half - 1 - left] as number);
      const last = (values[half + nearest - left - 1] as number) - median;
      if (below < last) low = left + 1;
      else high = left;
    }
    const right = nearest - low;
    const farthest = Math.max(
      low > 0 ? median - (values[half - low] as number) : 0,
      right > 0 ? (values[half + right - 1] as number) - median : 0,
    );
    if (length % 2 === 1) return farthest;
    const next = Math.min(
      low < half ? median - (values[half - 1 - low] as number) : Infinity,
      right < above ? (values[half + right] as number) - median : Infinity,
    );
    return (farthest + next) / 2;
  }

  #placeOf(value: number): number {
    const place = this.#firstNotBelow(value, 0, this.#length);
    if (place === this.#length || this.#values[place] !== value)
      throw new RangeError(`${value} is not among the values`);
    return place;
  }

  #firstNotBelow(value: number, from: number, to: number): number {
    const values = this.#values;
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((values[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
