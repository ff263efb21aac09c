/** Sums of doubles by the book: as whole numbers, rounded once at the end. */

const UNIT = 1_074n;
const view = new DataView(new ArrayBuffer(8));

/** A double of 0 or more as a whole multiple of 2^-1074. */
function wholeOf(value: number): bigint {
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  return exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n);
}

/** Nearest double, ties to even: keep 53 bits, look at the rest. */
function nearest(whole: bigint): number {
  const drop = BigInt(Math.max(0, whole.toString(2).length - 53));
  let kept = whole >> drop;
  const rest = whole - (kept << drop);
  const half = drop === 0n ? 0n : 1n << (drop - 1n);
  if (drop > 0n && (rest > half || (rest === half && kept % 2n === 1n))) kept += 1n;
  const exponent = Number(drop - UNIT);
  const first = Math.trunc(exponent / 2);
  return Number(kept) * 2 ** first * 2 ** (exponent - first);
}

export const slowSum = (values: readonly number[]): number =>
  nearest(values.reduce((whole, value) => whole + wholeOf(value), 0n));
