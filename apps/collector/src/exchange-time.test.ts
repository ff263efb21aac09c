import { describe, expect, it } from 'vitest';
import { ExchangeTime } from './exchange-time.ts';

const minute = (number: number): number => number * 60_000;

describe('the time of an exchange', () => {
  it('goes by its frames, never back, and a minute is settled some seconds after its end', () => {
    const time = new ExchangeTime(minute(10), 0);
    time.heard(minute(10), false, minute(10) + 500, 7);
    expect(time).toMatchObject({ now: minute(10) + 500, heardAt: 7, openMinute: minute(10), settled: minute(8) });
    time.heard(minute(10), false, minute(10) + 200, 8);
    expect(time.now).toBe(minute(10) + 500);
    time.heard(minute(10), true, minute(11) + 4_000, 9);
    expect(time).toMatchObject({ openMinute: minute(11), settled: minute(10) });
  });

  it('ends no minute of which a candle is in progress, whatever the clock of its frames says', () => {
    const time = new ExchangeTime(minute(10), 0);
    time.heard(minute(10), false, minute(500), 0);
    expect(time.now).toBe(minute(11) - 1);
    time.heard(minute(10), true, minute(500), 0);
    expect(time.now, 'nor the one after it').toBe(minute(12) - 1);
  });

  it('proves nothing by what the exchange tells when asked, and believes no more of it than can be', () => {
    const time = new ExchangeTime(minute(500), 0);
    expect(time.isOver(minute(10), time.known)).toBe(false);
    expect(time.proven).toBe(Number.NEGATIVE_INFINITY);
    time.heard(minute(10), false, minute(10) + 30_000, 0);
    expect(time.now, 'candles count for more').toBe(minute(10) + 35_000);
    time.told(minute(11) + 30_000, 30_000);
    expect(time.now).toBe(minute(11) + 5_000);
    expect(time.proven).toBe(minute(10) + 30_000);
    expect(time.isOver(minute(10), time.known)).toBe(false);
    time.heard(minute(11), false, minute(11) + 19_999, 50_000);
    expect(time.isOver(minute(10), time.known)).toBe(false);
    time.heard(minute(11), false, minute(11) + 20_000, 50_000);
    expect(time.isOver(minute(10), time.known)).toBe(true);
  });

  it('holds a minute for told some seconds after its end where REST had told of a later one before it was asked', () => {
    const time = new ExchangeTime(minute(10), 0);
    time.heard(minute(11), false, minute(11) + 4_000, 0);
    expect(time.isOver(minute(10), time.known), 'REST may lag behind').toBe(false);
    const before = time.known;
    time.show(minute(11), 0);
    expect(time.isOver(minute(10), before), 'it was asked before').toBe(false);
    expect(time.isOver(minute(10), time.known)).toBe(true);
    expect(time.isOver(minute(11), time.known)).toBe(false);
  });

  it('needs no stream for that where REST has told of the minute after the next', () => {
    const time = new ExchangeTime(minute(10), 0);
    time.show(minute(11), 0);
    expect(time.isOver(minute(10), time.known), 'it may just have begun').toBe(false);
    time.show(minute(12), 0);
    expect(time.isOver(minute(10), time.known)).toBe(true);
    expect(time.isOver(minute(11), time.known)).toBe(false);
  });

  it('forgets a wrong answer with the next one, and follows REST where nothing is heard', () => {
    const time = new ExchangeTime(minute(10), 0);
    time.show(minute(10), 0);
    time.told(minute(9_000), 1_000);
    expect(time.now).toBe(minute(11) - 1 + 1_000);
    time.told(minute(10) + 2_000, 2_000);
    expect(time.now).toBe(minute(10) + 2_000);
    const before = time.known;
    time.show(minute(14), 3_000);
    expect([time.proven, time.isOver(minute(10), before), time.isOver(minute(11), before)]).toEqual([
      minute(14),
      true,
      false,
    ]);
  });

  it('holds no frame for possible that is far ahead, and lets our clock vouch after a standstill', () => {
    const time = new ExchangeTime(minute(10), minute(10));
    time.heard(minute(10), false, minute(10), minute(10));
    expect(time.isPlausible(minute(12), minute(10))).toBe(true);
    expect(time.isPlausible(minute(13), minute(10))).toBe(false);
    expect(time.isPlausible(minute(70), minute(70))).toBe(true);
    expect(time.isPlausible(minute(525_600), minute(70))).toBe(false);
    // A clock of ours that is behind refuses nothing.
    time.heard(minute(80), false, minute(80), minute(5));
    expect(time.isPlausible(minute(82), minute(5))).toBe(true);
  });

  it('knows by a closed candle that its minute is over, though the clock of its frames lags', () => {
    const time = new ExchangeTime(minute(10), 0);
    time.heard(minute(10), true, minute(10) + 59_000, 0);
    expect(time.now).toBe(minute(11));
  });
});
