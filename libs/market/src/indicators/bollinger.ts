import type { Indicator } from './indicator.ts';
import { addToRing, isRingFull, oldestInRing, sumOfRing, valueRingLength } from './value-ring.ts';

const PERIOD = 20;
const DEVIATIONS = 2;

const LENGTH = valueRingLength(PERIOD);

/**
 * Bollinger bands: the mean of 20 closes and two population standard deviations around it, equal to TA-Lib's. They follow
 * from these closes alone.
 */
export const bollinger: Indicator = {
  memoryLength: LENGTH,
  outputs: [
    { name: 'bb_upper', about: 'Upper Bollinger band: middle + 2 standard deviations', unit: 'price' },
    { name: 'bb_middle', about: 'Middle Bollinger band: mean of 20 closes', unit: 'price' },
    { name: 'bb_lower', about: 'Lower Bollinger band: middle − 2 standard deviations', unit: 'price' },
  ],

  initialise(memory, at) {
    memory.fill(0, at, at + LENGTH);
  },

  add(memory, at, { close }) {
    addToRing(memory, at, PERIOD, close);
  },

  read(memory, at, values) {
    if (!isRingFull(memory, at, PERIOD)) {
      values.fill(Number.NaN, 0, 3);
      return;
    }
    const from = at + 1;
    const oldest = oldestInRing(memory, at, PERIOD);
    const end = from + PERIOD;
    const mean = sumOfRing(memory, at, PERIOD) / PERIOD;
    let squares = 0;
    for (let place = oldest; place < end; place++) squares += square((memory[place] as number) - mean);
    for (let place = from; place < oldest; place++) squares += square((memory[place] as number) - mean);
    const distance = DEVIATIONS * Math.sqrt(squares / PERIOD);
    values[0] = mean + distance;
    values[1] = mean;
    values[2] = mean - distance;
  },
};

/** The operator ** costs ten times as much. */
const square = (value: number): number => value * value;
