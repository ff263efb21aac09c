import { shortNumber } from './short-number.ts';

/** Instead of a code: no value. */
export const NO_CODE = -1;

/**
 * Values in ascending order, with their median and the median of their distances from it. A value that comes and one that goes
 * cost two binary searches and the move of what lies between them; both medians are looked up. They are kept as codes of sixteen
 * bits: a day of minutes has three kilobytes, and the value that goes is found again by its code.
 */
export class SortedValues {
  readonly #codes: Uint16Array;
  #length = 0;

  constructor(capacity: number) {
    this.#codes = new Uint16Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** Codes; `going` is that of one of the values. */
  replace(going: number, coming: number): void {
    if (going === coming) return;
    const codes = this.#codes;
    const hole = going === NO_CODE ? this.#length++ : this.#placeOf(going);
    if (coming === NO_CODE) {
      codes.copyWithin(hole, hole + 1, this.#length);
      this.#length--;
      return;
    }
    // The hole counts as part of the list: what is to its right moves left, or what is to its left moves right.
    if (hole < this.#length - 1 && coming > (codes[hole + 1] as number)) {
      const end = this.#firstNotBelow(coming, hole + 1, this.#length);
      codes.copyWithin(hole, hole + 1, end);
      codes[end - 1] = coming;
      return;
    }
    const begin = this.#firstNotBelow(coming, 0, hole);
    codes.copyWithin(begin + 1, begin, hole);
    codes[begin] = coming;
  }

  /** These and no others. */
  fill(codes: ArrayLike<number>): void {
    this.#length = codes.length;
    this.#codes.set(codes);
    this.#codes.subarray(0, this.#length).sort();
  }

  /** NaN of nothing. */
  median(): number {
    const half = this.#length >>> 1;
    if (this.#length === 0) return Number.NaN;
    return this.#length % 2 === 1 ? this.#at(half) : (this.#at(half - 1) + this.#at(half)) / 2;
  }

  /** Median of the distances from the median. Those below and those above it are sorted already: the middle of both is searched. */
  medianDistance(): number {
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
      const below = median - this.#at(half - 1 - left);
      const last = this.#at(half + nearest - left - 1) - median;
      if (below < last) low = left + 1;
      else high = left;
    }
    const right = nearest - low;
    const farthest = Math.max(
      low > 0 ? median - this.#at(half - low) : 0,
      right > 0 ? this.#at(half + right - 1) - median : 0,
    );
    if (length % 2 === 1) return farthest;
    const next = Math.min(
      low < half ? median - this.#at(half - 1 - low) : Infinity,
      right < above ? this.#at(half + right) - median : Infinity,
    );
    return (farthest + next) / 2;
  }

  #at(place: number): number {
    return shortNumber(this.#codes[place] as number);
  }

  #placeOf(code: number): number {
    const place = this.#firstNotBelow(code, 0, this.#length);
    if (place === this.#length || this.#codes[place] !== code) throw new RangeError(`${code} is not among the codes`);
    return place;
  }

  #firstNotBelow(code: number, from: number, to: number): number {
    const codes = this.#codes;
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((codes[middle] as number) < code) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
