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
export const rsi: Indicator<'rsi'> = {
  memoryLength: 4,
  outputs: [{ name: 'rsi', about: 'Relative strength index over 14 closed bars (Wilder), 0 to 100' }],

  initialise(memory) {
    memory.fill(0);
    memory[PREVIOUS_CLOSE] = Number.NaN;
  },

  add(memory, bar) {
    const previous = memory[PREVIOUS_CLOSE] as number;
    memory[PREVIOUS_CLOSE] = bar.close;
    if (Number.isNaN(previous)) return;
    const change = bar.close - previous;
    const gain = Math.max(change, 0);
    const loss = Math.max(-change, 0);
    const changes = Math.min((memory[CHANGES] as number) + 1, PERIOD + 1);
    memory[CHANGES] = changes;
    const gains = memory[AVERAGE_GAIN] as number;
    const losses = memory[AVERAGE_LOSS] as number;
    if (changes <= PERIOD) {
      // Still a sum; it becomes the mean with the last change of the period.
      const divisor = changes === PERIOD ? PERIOD : 1;
      memory[AVERAGE_GAIN] = (gains + gain) / divisor;
      memory[AVERAGE_LOSS] = (losses + loss) / divisor;
    } else {
      memory[AVERAGE_GAIN] = (gains * (PERIOD - 1) + gain) / PERIOD;
      memory[AVERAGE_LOSS] = (losses * (PERIOD - 1) + loss) / PERIOD;
    }
  },

  value(memory) {
    if ((memory[CHANGES] as number) < PERIOD) return undefined;
    const gain = memory[AVERAGE_GAIN] as number;
    const total = gain + (memory[AVERAGE_LOSS] as number);
    return total === 0 ? 0 : 100 * (gain / total);
  },
};
