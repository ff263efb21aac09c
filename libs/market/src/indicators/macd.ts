import type { Indicator } from './indicator.ts';
import { AVERAGE_LENGTH, addToExponential, readAverage } from './moving-averages.ts';

const FAST_PERIOD = 12;
const SLOW_PERIOD = 26;
const SIGNAL_PERIOD = 9;

// Places in the memory.
const BARS = 0;
const FAST = 1;
const SLOW = FAST + AVERAGE_LENGTH;
const SIGNAL = SLOW + AVERAGE_LENGTH;
const LENGTH = SIGNAL + AVERAGE_LENGTH;

/**
 * Moving average convergence divergence, equal to TA-Lib's: both averages have their first value at the 26th close, so the
 * fast one begins with the mean of the 15th to the 26th; nothing is shown before the signal is warm.
 */
export const macd: Indicator = {
  memoryLength: LENGTH,
  outputs: [
    { name: 'macd', about: 'MACD line: EMA of 12 closes minus EMA of 26', unit: 'price' },
    { name: 'macd_signal', about: 'MACD signal: EMA of 9 values of the MACD line', unit: 'price' },
    { name: 'macd_hist', about: 'MACD histogram: MACD line minus its signal', unit: 'price' },
  ],

  initialise(memory, at) {
    memory.fill(0, at, at + LENGTH);
  },

  add(memory, at, { close }) {
    const bars = Math.min((memory[at + BARS] as number) + 1, SLOW_PERIOD);
    memory[at + BARS] = bars;
    addToExponential(memory, at + SLOW, SLOW_PERIOD, close);
    if (bars > SLOW_PERIOD - FAST_PERIOD) addToExponential(memory, at + FAST, FAST_PERIOD, close);
    if (bars === SLOW_PERIOD) addToExponential(memory, at + SIGNAL, SIGNAL_PERIOD, line(memory, at));
  },

  read(memory, at, values) {
    const signal = readAverage(memory, at + SIGNAL, SIGNAL_PERIOD);
    const macdLine = Number.isNaN(signal) ? Number.NaN : line(memory, at);
    values[0] = macdLine;
    values[1] = signal;
    values[2] = macdLine - signal;
  },
};

const line = (memory: Float64Array, at: number): number =>
  readAverage(memory, at + FAST, FAST_PERIOD) - readAverage(memory, at + SLOW, SLOW_PERIOD);
