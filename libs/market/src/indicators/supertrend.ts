import type { Indicator } from './indicator.ts';
import { AVERAGE_LENGTH, addToWilder, readAverage } from './moving-averages.ts';
import { trueRange } from './true-range.ts';

const PERIOD = 10;
const FACTOR = 3;

// Places in the memory.
const PREVIOUS_CLOSE = 0;
const AVERAGE = 1;
const UPPER = AVERAGE + AVERAGE_LENGTH;
const LOWER = UPPER + 1;
const DIRECTION = LOWER + 1;
const LENGTH = DIRECTION + 1;

/**
 * SuperTrend 10, 3: bands of three average true ranges (Wilder, as in `atr`) around the middle of the bar. A band only moves
 * towards the price unless the previous close was beyond it; a close beyond the band of the trend turns the trend. The first
 * bar with an average begins a falling trend, as charts do.
 */
export const supertrend: Indicator = {
  memoryLength: LENGTH,
  outputs: [
    {
      name: 'supertrend',
      about: 'SuperTrend over 10 bars with factor 3: the band that the price must break',
      unit: 'price',
    },
    { name: 'supertrend_direction', about: 'Direction of the SuperTrend: 1 rising, −1 falling', unit: 'number' },
  ],

  initialise(memory, at) {
    memory.fill(0, at, at + LENGTH);
    memory[at + PREVIOUS_CLOSE] = Number.NaN;
  },

  add(memory, at, { high, low, close }) {
    const previous = memory[at + PREVIOUS_CLOSE] as number;
    memory[at + PREVIOUS_CLOSE] = close;
    if (Number.isNaN(previous)) return;
    addToWilder(memory, at + AVERAGE, PERIOD, trueRange(high, low, previous));
    const range = FACTOR * readAverage(memory, at + AVERAGE, PERIOD);
    if (Number.isNaN(range)) return;
    const middle = (high + low) / 2;
    const direction = memory[at + DIRECTION] as number;
    let upper = middle + range;
    let lower = middle - range;
    if (direction !== 0) {
      const previousUpper = memory[at + UPPER] as number;
      const previousLower = memory[at + LOWER] as number;
      if (previous <= previousUpper) upper = Math.min(upper, previousUpper);
      if (previous >= previousLower) lower = Math.max(lower, previousLower);
    }
    memory[at + UPPER] = upper;
    memory[at + LOWER] = lower;
    if (direction > 0) memory[at + DIRECTION] = close < lower ? -1 : 1;
    else memory[at + DIRECTION] = direction < 0 && close > upper ? 1 : -1;
  },

  read(memory, at, values) {
    const direction = memory[at + DIRECTION] as number;
    values[0] = direction === 0 ? Number.NaN : (memory[at + (direction > 0 ? LOWER : UPPER)] as number);
    values[1] = direction === 0 ? Number.NaN : direction;
  },
};
