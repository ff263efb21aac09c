import type { Indicator } from './indicator.ts';
import { AVERAGE_LENGTH, addToExponential, readAverage } from './moving-averages.ts';

/** Exponential moving average of closes, equal to TA-Lib's: it begins as the mean of the first `period` closes. */
export const ema = (period: number): Indicator => ({
  memoryLength: AVERAGE_LENGTH,
  outputs: [{ name: `ema${period}`, about: `Exponential moving average of ${period} closes`, unit: 'price' }],

  initialise(memory, at) {
    memory.fill(0, at, at + AVERAGE_LENGTH);
  },

  add(memory, at, { close }) {
    addToExponential(memory, at, period, close);
  },

  read(memory, at, values) {
    values[0] = readAverage(memory, at, period);
  },
});
