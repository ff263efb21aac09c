import { expect, test } from 'vitest';
import { Candles, type Ohlcv } from './candles.ts';

const minute = 60_000;
const candle = (openTime: number, close = 2): Ohlcv => ({ openTime, open: 1, high: 3, low: 1, close, volume: 5 });
const all = { from: 0, to: 10 * minute };

test('the same candles have the same digest, in whatever order they came', () => {
  const [left, right] = [new Candles(), new Candles()];
  left.add('A', candle(0));
  left.add('B', candle(minute));
  right.add('B', candle(minute, 7));
  right.add('A', candle(0));
  right.add('B', candle(minute));
  expect(right.digest(all)).toEqual(left.digest(all));
  expect(left.digest(all).count).toBe(2);
});

test('another number, another symbol and a candle that is missing are told', () => {
  const digests = [
    [['A', candle(0)]],
    [['A', candle(0, 2.5)]],
    [['B', candle(0)]],
    [
      ['A', candle(0)],
      ['A', candle(minute)],
    ],
  ].map((added) => {
    const candles = new Candles();
    for (const [symbol, one] of added as [string, Ohlcv][]) candles.add(symbol, one);
    return candles.digest(all).digest;
  });
  expect(new Set(digests).size).toBe(digests.length);
});

test('what was asked for counts, and old minutes are let go', () => {
  const candles = new Candles();
  for (let index = 0; index < 100; index++) candles.add('A', candle(index * minute));
  expect(candles.digest({ from: 90 * minute, to: 94 * minute }).count).toBe(5);
  expect(candles.digest({ from: 0, to: 99 * minute }).count).toBe(64);
});
