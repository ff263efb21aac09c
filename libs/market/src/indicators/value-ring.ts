/** The last so many values in an indicator's memory: how many came, then the values, each at the place that was the oldest's. */

export const valueRingLength = (period: number): number => 1 + period;

export function addToRing(memory: Float64Array, at: number, period: number, value: number): void {
  const count = memory[at] as number;
  memory[at + 1 + (count % period)] = value;
  // Past the first period only its place in the ring counts.
  memory[at] = count + 1 === 2 * period ? period : count + 1;
}

export const isRingFull = (memory: Float64Array, at: number, period: number): boolean =>
  (memory[at] as number) >= period;

/** Where the oldest of a full ring stands in the memory; the values go on from there, and from `at + 1` after its end. */
export const oldestInRing = (memory: Float64Array, at: number, period: number): number =>
  at + 1 + ((memory[at] as number) % period);

/** Added up afresh, from the oldest on: no error piles up, and the sum follows from these values alone. */
export function sumOfRing(memory: Float64Array, at: number, period: number): number {
  const from = at + 1;
  const oldest = oldestInRing(memory, at, period);
  let sum = 0;
  for (let place = oldest; place < from + period; place++) sum += memory[place] as number;
  for (let place = from; place < oldest; place++) sum += memory[place] as number;
  return sum;
}
