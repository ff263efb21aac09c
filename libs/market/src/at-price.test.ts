import { expect, it } from 'vitest';
import { seededCandles } from '../fixtures/test-candles.ts';
import { atPrice } from './at-price.ts';
import { flatMetrics, flatMetricTable } from './flat-metrics.ts';
import { InstrumentState } from './instrument-state.ts';

const bases = ['open', 'oldest-close'] as const;

it('a minute at another price has the numbers that it would have had there, and only those marked move', () => {
  const state = new InstrumentState();
  const moved = new Set<string>();
  let asked = 0;
  for (const candle of seededCandles(3, 700)) {
    for (const price of [candle.high, candle.low]) {
      const [there, here] = [state.preview({ ...candle, close: price }), state.preview(candle)];
      if (there === undefined || here === undefined) continue;
      asked += 1;
      for (const basis of bases) {
        const [expected, before] = [flatMetrics(there, basis), flatMetrics(here, basis)];
        expect(flatMetrics(atPrice(here, price), basis)).toEqual(expected);
        for (const name of Object.keys(expected)) if (expected[name] !== before[name]) moved.add(name);
      }
    }
    state.add(candle);
  }
  expect(asked).toBeGreaterThan(500);
  const marked = flatMetricTable.filter(({ movesWithPrice }) => movesWithPrice).map(({ name }) => name);
  for (const name of moved) expect(marked).toContain(name);
  // Windows of a day and longer are not full here.
  expect(marked.filter((name) => /(^price|_(1m|5m|1h|4h))$/.test(name) && !moved.has(name))).toEqual([]);
});
