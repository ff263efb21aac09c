import type { Indicator } from './indicator.ts';
import { addToExtremes, extremesLength, highestOf, lowestOf } from './recent-extremes.ts';

const CONVERSION = 9;
const BASE = 26;
const SPAN = 52;

// Places in the memory.
const BARS = 0;
const EXTREMES = 1;
const LENGTH = EXTREMES + extremesLength(SPAN);

/** Ichimoku lines: each the middle between the highest and the lowest price of a period. Not displaced: drawing them 26 bars ahead is the chart's business. */
export const ichimoku: Indicator = {
  memoryLength: LENGTH,
  outputs: [
    { name: 'ichimoku_tenkan', about: 'Ichimoku conversion line: middle of 9 bars', unit: 'price' },
    { name: 'ichimoku_kijun', about: 'Ichimoku base line: middle of 26 bars', unit: 'price' },
    {
      name: 'ichimoku_senkou_a',
      about: 'Ichimoku leading span A, not displaced: mean of conversion and base line',
      unit: 'price',
    },
    { name: 'ichimoku_senkou_b', about: 'Ichimoku leading span B, not displaced: middle of 52 bars', unit: 'price' },
  ],

  initialise(memory, at) {
    memory.fill(0, at, at + LENGTH);
  },

  add(memory, at, { high, low }) {
    memory[at + BARS] = Math.min((memory[at + BARS] as number) + 1, SPAN);
    addToExtremes(memory, at + EXTREMES, SPAN, high, low);
  },

  read(memory, at, values) {
    const tenkan = middle(memory, at, CONVERSION);
    const kijun = middle(memory, at, BASE);
    values[0] = tenkan;
    values[1] = kijun;
    values[2] = (tenkan + kijun) / 2;
    values[3] = middle(memory, at, SPAN);
  },
};

function middle(memory: Float64Array, at: number, period: number): number {
  if ((memory[at + BARS] as number) < period) return Number.NaN;
  const extremes = at + EXTREMES;
  return (highestOf(memory, extremes, SPAN, period) + lowestOf(memory, extremes, SPAN, period)) / 2;
}
