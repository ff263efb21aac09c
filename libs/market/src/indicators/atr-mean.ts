import { atr } from './atr.ts';
import type { Indicator } from './indicator.ts';

const PERIOD = 96;

// Places in the memory: the average true range of its own, then how many values of it came, then the values.
const ATR = 0;
const COUNT = ATR + atr.memoryLength;
const VALUES = COUNT + 1;
const LENGTH = VALUES + PERIOD;

const value = new Float64Array(1);

/**
 * Mean of the average true range over the last 96 bars (eight hours of 5m bars): what is usual, to tell a burst from. Added up
 * afresh from the oldest on, so that it follows from these values alone.
 */
export const atrMean: Indicator = {
  memoryLength: LENGTH,
  outputs: [{ name: 'atr_mean', about: 'Mean of the last 96 values of ATR(14)', unit: 'price' }],

  initialise(memory, at) {
    atr.initialise(memory, at + ATR);
    memory.fill(0, at + COUNT, at + LENGTH);
  },

  add(memory, at, bar) {
    atr.add(memory, at + ATR, bar);
    atr.read(memory, at + ATR, value);
    const newest = value[0] as number;
    if (Number.isNaN(newest)) return;
    const count = memory[at + COUNT] as number;
    memory[at + VALUES + (count % PERIOD)] = newest;
    // Past the first period only its place in the ring counts.
    memory[at + COUNT] = count + 1 === 2 * PERIOD ? PERIOD : count + 1;
  },

  read(memory, at, values) {
    const count = memory[at + COUNT] as number;
    if (count < PERIOD) {
      values[0] = Number.NaN;
      return;
    }
    const from = at + VALUES;
    const oldest = from + (count % PERIOD);
    let sum = 0;
    for (let place = oldest; place < from + PERIOD; place++) sum += memory[place] as number;
    for (let place = from; place < oldest; place++) sum += memory[place] as number;
    values[0] = sum / PERIOD;
  },
};
