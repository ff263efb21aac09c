import type { Indicator } from './indicator.ts';
import { AVERAGE_LENGTH, addToWilder, readAverage } from './moving-averages.ts';
import { trueRange } from './true-range.ts';

const PERIOD = 14;

// Places in the memory.
const PREVIOUS_CLOSE = 0;
const AVERAGE = 1;
const LENGTH = AVERAGE + AVERAGE_LENGTH;

/** Average true range over 14 bars, equal to TA-Lib's: the first bar has no previous close and so no true range. */
export const atr: Indicator = {
  memoryLength: LENGTH,
  outputs: [{ name: 'atr', about: 'Average true range over 14 bars (Wilder)', unit: 'price' }],

  initialise(memory, at) {
    memory.fill(0, at, at + LENGTH);
    memory[at + PREVIOUS_CLOSE] = Number.NaN;
  },

  add(memory, at, { high, low, close }) {
    const previous = memory[at + PREVIOUS_CLOSE] as number;
    memory[at + PREVIOUS_CLOSE] = close;
    if (!Number.isNaN(previous)) addToWilder(memory, at + AVERAGE, PERIOD, trueRange(high, low, previous));
  },

  read(memory, at, values) {
    values[0] = readAverage(memory, at + AVERAGE, PERIOD);
  },
};
