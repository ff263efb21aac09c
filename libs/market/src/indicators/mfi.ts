import type { Indicator } from './indicator.ts';
import { isMovement } from './movement.ts';
import { addToRing, isRingFull, oldestInRing, valueRingLength } from './value-ring.ts';

const PERIOD = 14;

// Places in the memory.
const PREVIOUS_PRICE = 0;
const FLOWS = 1;
const LENGTH = FLOWS + valueRingLength(PERIOD);

/**
 * Money flow index over 14 bars, equal to TA-Lib's: the flow of a bar is its typical price times its volume, positive where
 * that price rose, negative where it fell, none where it tied; without any flow the index is 0. Flows are added up afresh,
 * from the oldest on, so the index follows from these bars alone.
 */
export const mfi: Indicator = {
  memoryLength: LENGTH,
  outputs: [{ name: 'mfi', about: 'Money flow index over 14 bars, 0 to 100', unit: 'number', needs: ['volume'] }],

  initialise(memory, at) {
    memory.fill(0, at, at + LENGTH);
    memory[at + PREVIOUS_PRICE] = Number.NaN;
  },

  add(memory, at, { high, low, close, volume }) {
    const price = (high + low + close) / 3;
    const previous = memory[at + PREVIOUS_PRICE] as number;
    memory[at + PREVIOUS_PRICE] = price;
    if (Number.isNaN(previous)) return;
    const flow = isMovement(price, previous) ? price * volume : 0;
    addToRing(memory, at + FLOWS, PERIOD, price < previous ? 0 - flow : flow);
  },

  read(memory, at, values) {
    const ring = at + FLOWS;
    if (!isRingFull(memory, ring, PERIOD)) {
      values[0] = Number.NaN;
      return;
    }
    let positive = 0;
    let negative = 0;
    const oldest = oldestInRing(memory, ring, PERIOD);
    const end = ring + 1 + PERIOD;
    for (let age = 0; age < PERIOD; age++) {
      const place = oldest + age;
      const flow = memory[place < end ? place : place - PERIOD] as number;
      if (flow > 0) positive += flow;
      else negative -= flow;
    }
    const total = positive + negative;
    values[0] = total === 0 ? 0 : 100 * (positive / total);
  },
};
