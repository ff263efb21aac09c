import { describe, expect, it } from 'vitest';
import { RecentCandles, recentMinutesMax } from './recent-candles.ts';
import { candleOf, minute } from './testing/scripted-exchange.ts';

const written = (number: number, close = number) => ({ candle: candleOf(number, close), source: 'rest' as const });

describe('the last minutes of an instrument', () => {
  it('are kept as they were written, gaps too, and the oldest are let go', () => {
    const recent = new RecentCandles();
    expect([recent.oldest, recent.newest, recent.at(minute(7))]).toEqual([undefined, undefined, undefined]);
    for (let number = 7; number < 307; number++) recent.put(minute(number), number % 10 === 0 ? null : written(number));
    expect([recent.oldest, recent.newest]).toEqual([minute(307 - recentMinutesMax), minute(306)]);
    expect(recent.at(minute(306 - recentMinutesMax))).toBeUndefined();
    expect(recent.at(minute(307))).toBeUndefined();
    for (let number = 307 - recentMinutesMax; number < 307; number++) {
      expect(recent.at(minute(number))).toEqual(number % 10 === 0 ? null : written(number));
    }
  });

  it('keep every number, and where it came from', () => {
    const recent = new RecentCandles();
    const candle = {
      ...candleOf(5),
      open: 0.1,
      high: 1e-8,
      low: 3e9,
      close: 64_350.1,
      trades: 11,
      takerBuyVolume: 0.7,
    };
    for (const source of ['stream', 'rest', 'synthetic'] as const) {
      recent.put(minute(5), { candle, source });
      expect(recent.at(minute(5))).toEqual({ candle, source });
    }
  });

  it('may have holes, be put right, and say nothing of what is too old', () => {
    const recent = new RecentCandles();
    for (const number of [10, 12, 15]) recent.put(minute(number), written(number));
    recent.put(minute(12), written(12, 99));
    expect([recent.oldest, recent.newest]).toEqual([minute(10), minute(15)]);
    expect(recent.at(minute(11))).toBeUndefined();
    expect(recent.at(minute(12))?.candle.close).toBe(99);
    recent.put(minute(10 + recentMinutesMax), written(1));
    expect(recent.at(minute(10)), 'another one took its place').toBeUndefined();
    recent.put(minute(11 + recentMinutesMax), null);
    expect(recent.oldest).toBe(minute(12));
    recent.put(minute(2), written(2));
    expect([recent.oldest, recent.at(minute(2))]).toEqual([minute(12), undefined]);
    recent.put(minute(1_000), written(1_000));
    expect([recent.oldest, recent.newest, recent.at(minute(15))]).toEqual([minute(1_000), minute(1_000), undefined]);
  });
});
