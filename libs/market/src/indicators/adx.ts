import type { Indicator } from './indicator.ts';
import { trueRange } from './true-range.ts';

const PERIOD = 14;

// Places in the memory.
const BARS = 0;
const HIGH = 1;
const LOW = 2;
const CLOSE = 3;
const PLUS = 4;
const MINUS = 5;
const RANGE = 6;
const AVERAGE = 7;
const LENGTH = 8;

/** With this bar the average of the first 14 directional indices is there. */
const WARM_BARS = 2 * PERIOD;

/**
 * Average directional index over 14 bars, equal to TA-Lib's: Wilder's sums begin with 13 movements, the average begins as the
 * mean of 14 indices, and a bar without any index (no range, no direction) leaves it as it is.
 */
export const adx: Indicator = {
  memoryLength: LENGTH,
  outputs: [{ name: 'adx', about: 'Average directional index over 14 bars (Wilder), 0 to 100', unit: 'number' }],

  initialise(memory, at) {
    memory.fill(0, at, at + LENGTH);
  },

  add(memory, at, { high, low, close }) {
    const bars = Math.min((memory[at + BARS] as number) + 1, WARM_BARS + 1);
    if (bars > 1) {
      const rise = high - (memory[at + HIGH] as number);
      const fall = (memory[at + LOW] as number) - low;
      const range = trueRange(high, low, memory[at + CLOSE] as number);
      const smoothed = bars > PERIOD;
      grow(memory, at + PLUS, smoothed, rise > 0 && rise > fall ? rise : 0);
      grow(memory, at + MINUS, smoothed, fall > 0 && fall > rise ? fall : 0);
      grow(memory, at + RANGE, smoothed, range);
      if (smoothed) average(memory, at, bars);
    }
    memory[at + BARS] = bars;
    memory[at + HIGH] = high;
    memory[at + LOW] = low;
    memory[at + CLOSE] = close;
  },

  read(memory, at, values) {
    values[0] = (memory[at + BARS] as number) < WARM_BARS ? Number.NaN : (memory[at + AVERAGE] as number);
  },
};

/** A sum in which every bar loses a fourteenth of its weight, once it holds a period. */
function grow(memory: Float64Array, place: number, smoothed: boolean, by: number): void {
  const sum = memory[place] as number;
  memory[place] = (smoothed ? sum - sum / PERIOD : sum) + by;
}

function average(memory: Float64Array, at: number, bars: number): void {
  const index = directionalIndex(memory, at);
  const previous = memory[at + AVERAGE] as number;
  if (bars > WARM_BARS) {
    if (!Number.isNaN(index)) memory[at + AVERAGE] = (previous * (PERIOD - 1) + index) / PERIOD;
    return;
  }
  const sum = previous + (Number.isNaN(index) ? 0 : index);
  memory[at + AVERAGE] = bars === WARM_BARS ? sum / PERIOD : sum;
}

/** NaN where nothing has a direction. */
function directionalIndex(memory: Float64Array, at: number): number {
  const range = memory[at + RANGE] as number;
  if (range === 0) return Number.NaN;
  const plus = 100 * ((memory[at + PLUS] as number) / range);
  const minus = 100 * ((memory[at + MINUS] as number) / range);
  const both = plus + minus;
  return both === 0 ? Number.NaN : 100 * (Math.abs(minus - plus) / both);
}
