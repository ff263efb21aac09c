import type { Indicator } from './indicator.ts';

// Places in the memory.
const PREVIOUS_CLOSE = 0;
const VOLUME = 1;
const LENGTH = 2;

/**
 * On-balance volume, equal to TA-Lib's: it begins with the first bar's volume. Only its course means something, so it goes on
 * where it was when an interval is primed again.
 */
export const obv: Indicator = {
  memoryLength: LENGTH,
  keepsLevel: true,
  outputs: [{ name: 'obv', about: 'On-balance volume since the first bar known', unit: 'base', needs: ['volume'] }],

  initialise(memory, at) {
    memory[at + PREVIOUS_CLOSE] = Number.NaN;
    memory[at + VOLUME] = 0;
  },

  add(memory, at, { close, volume }) {
    const previous = memory[at + PREVIOUS_CLOSE] as number;
    const direction = Number.isNaN(previous) ? 1 : Math.sign(close - previous);
    memory[at + PREVIOUS_CLOSE] = close;
    memory[at + VOLUME] = (memory[at + VOLUME] as number) + direction * volume;
  },

  read(memory, at, values) {
    values[0] = Number.isNaN(memory[at + PREVIOUS_CLOSE] as number) ? Number.NaN : (memory[at + VOLUME] as number);
  },
};
