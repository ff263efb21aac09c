/** The two averages that most indicators are made of. Each remembers two numbers: how many values came, and itself. */

export const AVERAGE_LENGTH = 2;

const COUNT = 0;
const VALUE = 1;

/** Until the period is full the plain sum, with its last value their mean; from then on smoothed. */
function begin(memory: Float64Array, at: number, period: number, value: number): boolean {
  const count = memory[at + COUNT] as number;
  if (count === period) return false;
  memory[at + COUNT] = count + 1;
  const sum = (memory[at + VALUE] as number) + value;
  memory[at + VALUE] = count + 1 === period ? sum / period : sum;
  return true;
}

/** Exponential: smoothed by 2 / (period + 1). */
export function addToExponential(memory: Float64Array, at: number, period: number, value: number): void {
  if (begin(memory, at, period, value)) return;
  const previous = memory[at + VALUE] as number;
  memory[at + VALUE] = (value - previous) * (2 / (period + 1)) + previous;
}

/** As Wilder smooths: by 1 / period. */
export function addToWilder(memory: Float64Array, at: number, period: number, value: number): void {
  if (begin(memory, at, period, value)) return;
  memory[at + VALUE] = ((memory[at + VALUE] as number) * (period - 1) + value) / period;
}

/** NaN until the period is full. */
export const readAverage = (memory: Float64Array, at: number, period: number): number =>
  memory[at + COUNT] === period ? (memory[at + VALUE] as number) : Number.NaN;
