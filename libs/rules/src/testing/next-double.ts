const value = new Float64Array(1);
const bits = new BigInt64Array(value.buffer);

/** The double next to a finite one, towards infinity. */
export function nextUp(from: number): number {
  if (from === 0) return Number.MIN_VALUE;
  value[0] = from;
  bits[0] = (bits[0] as bigint) + (from > 0 ? 1n : -1n);
  return value[0];
}

/** The double next to a finite one, towards minus infinity. */
export const nextDown = (from: number): number => -nextUp(-from);
