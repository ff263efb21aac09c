/**
 * Reads a decimal as exchanges write them, and checks it on the way: every frame has nine, and a regular expression and
 * `Number` on each cost more than the rest of the frame.
 */

/** Longer ones are rare; `fields.ts` has the same shape. */
const decimal = /^\d{1,30}(\.\d{1,30})?$/;
/** A whole number of so many digits is exact, and a quotient of two exact numbers is the nearest to what is written. */
export const digitsMax = 15;
export const powersOfTen: readonly number[] = Array.from({ length: digitsMax + 1 }, (_, exponent) =>
  Number(`1e${exponent}`),
);
const zero = 48;
const point = 46;

/** Not a number: no decimal without sign and exponent. */
export function decimalNumber(text: unknown): number {
  if (typeof text !== 'string') return Number.NaN;
  const { length } = text;
  if (length === 0 || length > digitsMax + 1) return decimal.test(text) ? Number(text) : Number.NaN;
  let whole = 0;
  let pointAt = -1;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    const digit = code - zero;
    if (digit >= 0 && digit <= 9) whole = whole * 10 + digit;
    else if (code === point && pointAt < 0 && index > 0 && index < length - 1) pointAt = index;
    else return Number.NaN;
  }
  if (pointAt < 0) return length > digitsMax ? Number(text) : whole;
  return whole / (powersOfTen[length - 1 - pointAt] ?? Number.NaN);
}

/** A count, or a time in ms: whole, exact, not negative. */
export const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
