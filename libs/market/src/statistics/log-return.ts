import { CLOSE, type MinuteRing } from '../minute-ring.ts';

/** Returns are whole numbers of this part: sums of their squares are whole numbers too, and so exact in any order. */
const PARTS = 2 ** 21;

/** A minute in which a price becomes 2.7 times what it was counts as just that: 1,440 squares stay below 2^53. */
const RETURN_MAX = 1;

/** The natural logarithm of close / previous close, in parts of 2^-21 (0.00005 %). */
export function logReturnParts(close: number, previousClose: number): number {
  const value = Math.log(close / previousClose);
  return Math.round(Math.min(RETURN_MAX, Math.max(-RETURN_MAX, value)) * PARTS);
}

/** Parts, or products of two of them, as what they stand for. */
export const returnOfParts = (parts: number): number => parts / PARTS;
export const productOfParts = (parts: number): number => parts / PARTS / PARTS;

/** Of a minute of the ring against the one before; NaN where one of them has no candle. */
export function returnAt(ring: MinuteRing, minute: number): number {
  if (!ring.has(minute) || !ring.has(minute - 1)) return Number.NaN;
  const { values } = ring;
  return logReturnParts(values[ring.slot(minute) + CLOSE] as number, values[ring.slot(minute - 1) + CLOSE] as number);
}
