import type { Indicator } from './indicator.ts';

const PERIOD = 14;

// Places in the memory.
const CHANGES = 0;
const PREVIOUS_CLOSE = 1;
const AVERAGE_GAIN = 2;
const AVERAGE_LOSS = 3;

/**
 * Relative strength index over 14 bars as Wilder smooths it, equal to TA-Lib's: the first averages are plain means of 14
 * changes, later ones (13 × previous + new) / 14; without any movement it is 0.
 */
export const rsi: Indicator = {
  memoryLength: 4,
  outputs: [{ name: 'rsi', about: 'Relative strength index over 14 closed bars (Wilder), 0 to 100', unit: 'number' }],

  initialise(memory, at) {
    memory.fill(0, at, at + 4);
    memory[at + PREVIOUS_CLOSE] = Number.NaN;
  },

  add(memory, at, { close }) {
    const previous = memory[at + PREVIOUS_CLOSE] as number;
    memory[at + PREVIOUS_CLOSE] = close;
    if (Number.isNaN(previous)) return;
    const change = close - previous;
    const gain = Math.max(change, 0);
    const loss = Math.max(-change, 0);
    const changes = Math.min((memory[at + CHANGES] as number) + 1, PERIOD + 1);
    memory[at + CHANGES] = changes;
    const gains = memory[at + AVERAGE_GAIN] as number;
    const losses = memory[at + AVERAGE_LOSS] as number;
    if (changes <= PERIOD) {
      // Still a sum; it becomes the mean with the last change of the period.
      const divisor = changes === PERIOD ? PERIOD : 1;
      memory[at + AVERAGE_GAIN] = (gains + gain) / divisor;
      memory[at + AVERAGE_LOSS] = (losses + loss) / divisor;
    } else {
      memory[at + AVERAGE_GAIN] = (gains * (PERIOD - 1) + gain) / PERIOD;
      memory[at + AVERAGE_LOSS] = (losses * (PERIOD - 1) + loss) / PERIOD;
    }
  },

  read(memory, at, values) {
    const gain = memory[at + AVERAGE_GAIN] as number;
    const total = gain + (memory[at + AVERAGE_LOSS] as number);
    const warm = (memory[at + CHANGES] as number) >= PERIOD;
    values[0] = warm ? (total === 0 ? 0 : 100 * (gain / total)) : Number.NaN;
  },
};
