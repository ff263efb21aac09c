import type { Indicator } from './indicator.ts';

const PERIOD = 20;
const DEVIATIONS = 2;

// Places in the memory.
const BARS = 0;
const CLOSES = 1;
const LENGTH = CLOSES + PERIOD;

/**
 * Bollinger bands: the mean of 20 closes and two population standard deviations around it, equal to TA-Lib's. Twenty closes
 * are added up afresh, from the oldest on: no error piles up, and the bands follow from these closes alone.
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
    const bars = memory[at + BARS] as number;
    memory[at + CLOSES + (bars % PERIOD)] = close;
    // Past the first period only its place in the ring counts.
    memory[at + BARS] = bars + 1 === 2 * PERIOD ? PERIOD : bars + 1;
  },

  read(memory, at, values) {
    const bars = memory[at + BARS] as number;
    if (bars < PERIOD) {
      values.fill(Number.NaN, 0, 3);
      return;
    }
    const from = at + CLOSES;
    const oldest = from + (bars % PERIOD);
    const end = from + PERIOD;
    let sum = 0;
    for (let place = oldest; place < end; place++) sum += memory[place] as number;
    for (let place = from; place < oldest; place++) sum += memory[place] as number;
    const mean = sum / PERIOD;
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
