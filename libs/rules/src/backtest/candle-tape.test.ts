import { MINUTE_MS } from '@screener/market';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../testing/seeded-random.ts';
import { CandleTape } from './candle-tape.ts';

const candle = (minute: number, close: number) => ({
  ...{ openTime: minute * MINUTE_MS, open: 1, high: 2, low: 0.5, close },
  ...{ volume: 3, quoteVolume: 4, trades: 5, takerBuyVolume: 6, takerBuyQuoteVolume: 7 },
});

describe('a tape of candles', () => {
  it('is empty at first', () => {
    const tape = new CandleTape();
    expect([tape.length, tape.count, tape.candle(0), tape.price(0, 'open')]).toEqual([0, 0, undefined, Number.NaN]);
  });

  it('has what was put in, in whatever order, and the last one of a minute', () => {
    const random = new SeededRandom(5);
    for (const order of ['random', 'ascending', 'descending'] as const) {
      const tape = new CandleTape();
      const expected = new Map<number, number>();
      for (let turn = 0; turn < 6_000; turn++) {
        const step = { random: random.below(6_000), ascending: 2 * turn, descending: 12_000 - 2 * turn }[order];
        const minute = 29_000_000 + step;
        expected.set(minute, turn + 1);
        const length = tape.lengthWith(minute * MINUTE_MS);
        tape.put(candle(minute, turn + 1));
        if (tape.length !== length) expect.fail(`${order}: ${length} were foreseen`);
      }
      const minutes = [...expected.keys()];
      const first = minutes.reduce((least, minute) => Math.min(least, minute));
      const last = minutes.reduce((most, minute) => Math.max(most, minute));
      expect([tape.openTime(0), tape.length, tape.count]).toEqual([first * MINUTE_MS, last - first + 1, expected.size]);
      for (let index = -2; index < tape.length + 2; index++) {
        const close = expected.get(first + index);
        const found = tape.candle(index);
        if (close === undefined ? found !== undefined : found?.close !== close) expect.fail(`${order} at ${index}`);
        if (!Object.is(tape.price(index, 'close'), close ?? Number.NaN)) expect.fail(`${order}: price at ${index}`);
        if (tape.indexOf((first + index) * MINUTE_MS) !== index) expect.fail(`${order}: index of ${index}`);
      }
      expect(tape.candle(0)).toEqual(candle(first, expected.get(first) ?? 0));
    }
  });

  it('refuses what begins within a minute', () => {
    expect(() => new CandleTape().put({ ...candle(1, 1), openTime: 61_000 })).toThrow('61000');
  });
});
