/** Place of the first number that is at least `least`, in numbers that ascend. */
export function firstFrom(ascending: Float64Array | Int32Array, least: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
