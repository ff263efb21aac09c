import { atr } from './atr.ts';
import type { Indicator } from './indicator.ts';
import { addToRing, isRingFull, sumOfRing, valueRingLength } from './value-ring.ts';

const PERIOD = 96;

// Places in the memory: the average true range of its own, then its last values.
const ATR = 0;
const VALUES = ATR + atr.memoryLength;
const LENGTH = VALUES + valueRingLength(PERIOD);

const value = new Float64Array(1);

/** Mean of the average true range over the last 96 bars (eight hours of 5m bars): what is usual, to tell a burst from. */
export const atrMean: Indicator = {
  memoryLength: LENGTH,
  outputs: [{ name: 'atr_mean', about: 'Mean of the last 96 values of ATR(14)', unit: 'price' }],

  initialise(memory, at) {
    atr.initialise(memory, at + ATR);
    memory.fill(0, at + VALUES, at + LENGTH);
  },

  add(memory, at, bar) {
    atr.add(memory, at + ATR, bar);
    atr.read(memory, at + ATR, value);
    const newest = value[0] as number;
    if (!Number.isNaN(newest)) addToRing(memory, at + VALUES, PERIOD, newest);
  },

  read(memory, at, values) {
    const ring = at + VALUES;
    values[0] = isRingFull(memory, ring, PERIOD) ? sumOfRing(memory, ring, PERIOD) / PERIOD : Number.NaN;
  },
};
