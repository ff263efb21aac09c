/**
 * Numbers from 0 up in sixteen bits, in the same order: eleven bits of a number are kept, three decimal digits, from 2^-22 to 2^42
 * (0.0000002 to 4 × 10^12). What is smaller counts as 0, what is larger as the largest. Enough to say what is usual of a day.
 */

const LOWEST_EXPONENT = -22;
const MANTISSA = 10;
const FLOAT_MANTISSA = 23;
const FLOAT_BIAS = 127;
const SHIFT = FLOAT_MANTISSA - MANTISSA;
const HALF = 2 ** (SHIFT - 1);
/** 0 is 0; the lowest number that is told from it is 1. */
const BASE = ((FLOAT_BIAS + LOWEST_EXPONENT) << MANTISSA) - 1;
const CODE_MAX = 2 ** 16 - 1;

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

export function shortCode(value: number): number {
  // Of -0 the sign would be read as the largest number.
  float[0] = value + 0;
  const code = (((bits[0] as number) + HALF) >>> SHIFT) - BASE;
  return Math.min(CODE_MAX, Math.max(0, code));
}

export function shortNumber(code: number): number {
  if (code === 0) return 0;
  bits[0] = (code + BASE) << SHIFT;
  return float[0] as number;
}
