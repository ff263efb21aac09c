import type { Indicator } from './indicator.ts';
import { isMovement } from './movement.ts';
import { addToExtremes, extremesLength, highestOf, lowestOf } from './recent-extremes.ts';

const PERIOD = 14;
const SMOOTHING = 3;

// Places in the memory.
const BARS = 0;
const FAST = 1;
const SLOW = FAST + SMOOTHING;
const EXTREMES = SLOW + SMOOTHING;
const LENGTH = EXTREMES + extremesLength(PERIOD);

const WARM_BARS = PERIOD + 2 * (SMOOTHING - 1);

/** Stochastic oscillator 14, 3, 3, equal to TA-Lib's: 0 where 14 bars have no range; nothing is shown before %D is warm. */
export const stochastic: Indicator = {
  memoryLength: LENGTH,
  outputs: [
    { name: 'stoch_k', about: 'Stochastic %K over 14 bars, mean of 3, 0 to 100', unit: 'number' },
    { name: 'stoch_d', about: 'Stochastic %D: mean of 3 values of %K, 0 to 100', unit: 'number' },
  ],

  initialise(memory, at) {
    memory.fill(0, at, at + LENGTH);
  },

  add(memory, at, { high, low, close }) {
    const bars = Math.min((memory[at + BARS] as number) + 1, WARM_BARS);
    memory[at + BARS] = bars;
    addToExtremes(memory, at + EXTREMES, PERIOD, high, low);
    if (bars < PERIOD) return;
    const highest = highestOf(memory, at + EXTREMES, PERIOD, PERIOD);
    const lowest = lowestOf(memory, at + EXTREMES, PERIOD, PERIOD);
    shift(memory, at + FAST, isMovement(highest, lowest) ? (close - lowest) / ((highest - lowest) / 100) : 0);
    if (bars >= PERIOD + SMOOTHING - 1) shift(memory, at + SLOW, mean(memory, at + FAST));
  },

  read(memory, at, values) {
    const warm = memory[at + BARS] === WARM_BARS;
    values[0] = warm ? (memory[at + SLOW + SMOOTHING - 1] as number) : Number.NaN;
    values[1] = warm ? mean(memory, at + SLOW) : Number.NaN;
  },
};

function shift(memory: Float64Array, from: number, value: number): void {
  memory[from] = memory[from + 1] as number;
  memory[from + 1] = memory[from + 2] as number;
  memory[from + 2] = value;
}

const mean = (memory: Float64Array, from: number): number =>
  ((memory[from] as number) + (memory[from + 1] as number) + (memory[from + 2] as number)) / SMOOTHING;
