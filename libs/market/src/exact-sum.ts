/**
 * Sums of non-negative doubles that are exact and correctly rounded on read, whatever was added and subtracted before
 * and in whatever order: so a sum does not depend on where a replay began.
 *
 * A sum is a row of limbs of 32 bits over the whole range of a double. A double's mantissa falls on three neighbouring
 * limbs. Limbs are doubles that hold up to 2^53, so up to 2^21 terms need no carry; carries happen on read.
 */

/** Terms at one time in a sum. */
export const EXACT_SUM_TERMS_MAX = 2 ** 20;

/** Limbs of one sum: 2,098 bits of a double's range, 20 for the terms, and room for the carry. */
export const EXACT_SUM_LENGTH = 68;

const LIMB = 2 ** 32;
const MIN_EXPONENT = -1_074;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
// Which of the two words holds sign and exponent differs by machine.
double[0] = 1;
const HIGH = words[1] === 0x3ff00000 ? 1 : 0;
const LOW = 1 - HIGH;

/** Splits a double into three limbs (`parts`); returns the index of the first. */
export function splitExact(value: number, parts: Float64Array): number {
  double[0] = value;
  const high = words[HIGH] as number;
  const low = words[LOW] as number;
  const exponent = (high >>> 20) & 0x7ff;
  const mantissaHigh = exponent === 0 ? high & 0xfffff : (high & 0xfffff) | 0x100000;
  const position = exponent === 0 ? 0 : exponent - 1;
  const shift = position & 31;
  // A shift by 32 is none in JavaScript, hence two steps.
  parts[0] = (low << shift) >>> 0;
  parts[1] = ((mantissaHigh << shift) | ((low >>> 1) >>> (31 - shift))) >>> 0;
  parts[2] = (mantissaHigh >>> 1) >>> (31 - shift);
  return position >>> 5;
}

/** Per limb the factors that scale a number of which it is the third from the top; see `roundExact`. */
const scales = new Float64Array(2 * (EXACT_SUM_LENGTH + 1));
for (let limb = 0; limb <= EXACT_SUM_LENGTH; limb++) {
  const exponent = 32 * (limb - 2) + MIN_EXPONENT;
  // Doubles hold powers of two from -1,074 to 1,023: wider exponents go in two steps, of which at most the last rounds.
  const first = Math.max(-1_000, Math.min(1_000, exponent));
  scales[2 * limb] = 2 ** first;
  scales[2 * limb + 1] = 2 ** (exponent - first);
}

const digits = new Float64Array(EXACT_SUM_LENGTH + 1);

/**
 * The sum whose limbs stand in `limbs` from `at` on, rounded to nearest, ties to even. It has `length` of them, of which the
 * first is limb `lowest` of the whole range; the others are zero.
 */
export function roundExact(limbs: Float64Array, at: number, length: number, lowest: number): number {
  let carry = 0;
  let top = -1;
  for (let index = 0; index < length; index++) {
    const total = (limbs[at + index] as number) + carry;
    carry = Math.floor(total / LIMB);
    const digit = total - carry * LIMB;
    digits[index] = digit;
    if (digit !== 0) top = index;
  }
  if (carry !== 0) {
    digits[length] = carry;
    top = length;
  }
  if (top < 0) return 0;
  const first = digits[top] as number;
  const second = top > 0 ? (digits[top - 1] as number) : 0;
  let third = top > 1 ? (digits[top - 2] as number) : 0;
  // What lies below only matters as 'more than nothing', far beneath half a unit of the result.
  if (third % 2 === 0) {
    for (let index = top - 3; index >= 0; index--) {
      if (digits[index] !== 0) {
        third += 1;
        break;
      }
    }
  }
  // Both summands are exact, so one addition rounds correctly; the scaling after it is exact.
  const cut = second % 2_048;
  const sum = (first * LIMB + (second - cut)) * LIMB + (cut * LIMB + third);
  const scale = 2 * (lowest + top);
  return sum * (scales[scale] as number) * (scales[scale + 1] as number);
}

/** One sum on its own: for bars and tests. */
export class ExactSum {
  readonly #limbs = new Float64Array(EXACT_SUM_LENGTH);
  readonly #parts = new Float64Array(3);
  #terms = 0;

  add(value: number): void {
    if (++this.#terms > EXACT_SUM_TERMS_MAX) throw new RangeError(`more than ${EXACT_SUM_TERMS_MAX} terms`);
    this.#change(value, 1);
  }

  /** Only what was added before. */
  subtract(value: number): void {
    this.#terms--;
    this.#change(value, -1);
  }

  value(): number {
    return roundExact(this.#limbs, 0, EXACT_SUM_LENGTH, 0);
  }

  #change(value: number, sign: 1 | -1): void {
    const at = splitExact(value, this.#parts);
    for (let part = 0; part < 3; part++) {
      this.#limbs[at + part] = (this.#limbs[at + part] as number) + sign * (this.#parts[part] as number);
    }
  }
}
