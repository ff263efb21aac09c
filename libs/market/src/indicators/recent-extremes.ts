/**
 * Highest highs and lowest lows of the last bars: the bars in a ring, and beside it two monotonic queues, one bit per bar
 * by its age. A bar is in the queue as long as no younger one is more extreme; so the oldest in the queue within a period is
 * its extreme, and one queue serves every period up to the ring's. A bar costs O(1) amortised.
 */

/** Bits of one half of a queue; two halves are 52 bars, the longest period of any indicator. */
const HALF = 26;
const FULL_HALF = 2 ** HALF - 1;

// Places in the memory; a queue has two halves, younger bars first. The ring of highs and the ring of lows follow.
const NEWEST = 0;
const HIGHS_QUEUE = 1;
const LOWS_QUEUE = 3;
const RINGS = 5;

export const extremesLength = (period: number): number => RINGS + 2 * period;

export function addToExtremes(memory: Float64Array, at: number, period: number, high: number, low: number): void {
  const newest = ((memory[at + NEWEST] as number) + 1) % period;
  memory[at + NEWEST] = newest;
  const highs = at + RINGS;
  memory[highs + newest] = high;
  memory[highs + period + newest] = low;
  push(memory, at + HIGHS_QUEUE, highs, newest, period, 1);
  push(memory, at + LOWS_QUEUE, highs + period, newest, period, -1);
}

/** Of the last `bars` bars, or of as many as there are; not before the first. */
export const highestOf = (memory: Float64Array, at: number, period: number, bars: number): number =>
  extreme(memory, at + HIGHS_QUEUE, at + RINGS, memory[at + NEWEST] as number, period, bars);

export const lowestOf = (memory: Float64Array, at: number, period: number, bars: number): number =>
  extreme(memory, at + LOWS_QUEUE, at + RINGS + period, memory[at + NEWEST] as number, period, bars);

function push(memory: Float64Array, queue: number, ring: number, newest: number, period: number, sign: 1 | -1): void {
  const before = memory[queue] as number;
  // Everything is a bar older now; what is older than the period falls out.
  let young = (before << 1) & FULL_HALF;
  let old = ((memory[queue + 1] as number) << 1) | (before >>> (HALF - 1));
  if (period < HALF) young &= 2 ** period - 1;
  old &= period > HALF ? 2 ** (period - HALF) - 1 : 0;
  const value = sign * (memory[ring + newest] as number);
  while (young !== 0) {
    const age = 31 - Math.clz32(young & -young);
    if (sign * valueAt(memory, ring, newest, period, age) > value) break;
    young &= young - 1;
  }
  while (young === 0 && old !== 0) {
    const age = HALF + 31 - Math.clz32(old & -old);
    if (sign * valueAt(memory, ring, newest, period, age) > value) break;
    old &= old - 1;
  }
  memory[queue] = young | 1;
  memory[queue + 1] = old;
}

function extreme(
  memory: Float64Array,
  queue: number,
  ring: number,
  newest: number,
  period: number,
  bars: number,
): number {
  let age: number;
  const old = bars > HALF ? (memory[queue + 1] as number) & (2 ** (bars - HALF) - 1) : 0;
  if (old !== 0) age = HALF + 31 - Math.clz32(old);
  else age = 31 - Math.clz32((memory[queue] as number) & (bars >= HALF ? FULL_HALF : 2 ** bars - 1));
  return valueAt(memory, ring, newest, period, age);
}

function valueAt(memory: Float64Array, ring: number, newest: number, period: number, age: number): number {
  const place = newest - age;
  return memory[ring + (place < 0 ? place + period : place)] as number;
}
