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
    expect(time.now).toBe(minute(12));
  });

  it('knows by a closed candle that its minute is over, though the clock of its frames lags', () => {
    const time = new ExchangeTime(minute(10), 0);
    time.heard(minute(10), true, minute(10) + 59_000, 0);
    expect(time.now).toBe(minute(11));
  });
});
