/** Prices that differ by less than this share of their sum are the same price, written in doubles. */
const TIE = 1e-14;

/**
 * Whether two numbers computed of decimal prices differ. (1.1 + 1.2 + 1.3) / 3 and (1.0 + 1.3 + 1.3) / 3 do not, but as doubles
 * they may, and a tie taken for a movement changes an index by many points. TA-Lib draws the line at the same place.
 */
export const isMovement = (left: number, right: number): boolean =>
  Math.abs(left - right) > TIE * (Math.abs(left) + Math.abs(right));
