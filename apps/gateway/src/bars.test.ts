import { describe, expect, test } from 'vitest';
import { BarFollower } from './bar-follower.ts';
import { type CandleHistory, latestBars, openBar } from './bars.ts';
import { btc, kline, MINUTE_MS } from './testing/gateway-fixture.ts';
import type { MinuteCandle } from './views/candle-ring.ts';
import { CandlesView } from './views/candles-view.ts';

// A Monday, so that a week begins here too.
const T = Date.parse('2024-12-09T00:00:00Z');

/** Minutes from..to of T, closed. */
function viewOf(from: number, to: number, live?: number): CandlesView {
  const view = new CandlesView();
  for (let minute = from; minute < to; minute++) view.applyClosed(kline(btc, T + minute * MINUTE_MS, 1_000 + minute));
  if (live !== undefined)
    view.applyLive({ ...kline(btc, T + to * MINUTE_MS, live), eventTime: T + to * MINUTE_MS + 1 });
  return view;
}

const times = (bars: readonly MinuteCandle[]) => bars.map((bar) => (bar.openTime - T) / MINUTE_MS);

/** A database that holds the minutes from..to as bars. */
function historyOf(from: number, to: number): CandleHistory & { calls: number } {
  return {
    calls: 0,
    async bars(_instrument, minutes, limit, beforeMs = Number.POSITIVE_INFINITY) {
      this.calls++;
      const candles = viewOf(from, Math.min(to, (beforeMs - T) / MINUTE_MS));
      return (await latestBars({ candles, history: undefined }, btc, minutes, limit)).map(
        ({ closed: _closed, ...bar }) => bar,
      );
    },
  };
}

describe('bars', () => {
  test('one minute: the newest closed ones and the one in progress', async () => {
    const candles = viewOf(0, 10, 2_000);
    const bars = await latestBars({ candles, history: undefined }, btc, 1, 3);
    expect(times(bars)).toEqual([8, 9, 10]);
    expect(bars.map((bar) => [bar.close, bar.closed])).toEqual([
      [1_008, true],
      [1_009, true],
      [2_000, false],
    ]);
  });

  test('longer bars are aggregated, the last one with the minute in progress', async () => {
    const candles = viewOf(0, 12, 2_000);
    const bars = await latestBars({ candles, history: undefined }, btc, 5, 10);
    expect(bars).toEqual([
      {
        openTime: T,
        open: 999,
        high: 1_006,
        low: 997,
        close: 1_004,
        volume: 50,
        quoteVolume: 10 * 5_010,
        closed: true,
      },
      {
        openTime: T + 5 * MINUTE_MS,
        open: 1_004,
        high: 1_011,
        low: 1_002,
        close: 1_009,
        volume: 50,
        quoteVolume: 10 * 5_035,
        closed: true,
      },
      {
        openTime: T + 10 * MINUTE_MS,
        open: 1_009,
        high: 2_002,
        low: 1_007,
        close: 2_000,
        volume: 30,
        quoteVolume: 10 * (1_010 + 1_011 + 2_000),
        closed: false,
      },
    ]);
  });

  test('a bar whose beginning is not known is left out rather than shown with a wrong open', async () => {
    const candles = viewOf(3, 12);
    expect(times(await latestBars({ candles, history: undefined }, btc, 5, 10))).toEqual([5, 10]);
    expect(await latestBars({ candles: viewOf(3, 4), history: undefined }, btc, 5, 10)).toEqual([]);
  });

  test('what is older comes from the database, and a bar that both hold in part is whole', async () => {
    const candles = viewOf(13, 18, 2_000);
    const history = historyOf(0, 16);
    const bars = await latestBars({ candles, history }, btc, 5, 10);
    const whole = await latestBars({ candles: viewOf(0, 18, 2_000), history: undefined }, btc, 5, 10);
    expect(bars).toEqual(whole);
    expect(times(bars)).toEqual([0, 5, 10, 15]);
    expect(times(await latestBars({ candles, history }, btc, 1, 2))).toEqual([17, 18]);
    expect(history.calls, 'memory was enough the second time').toBe(1);
  });
});

describe('the newest bar, followed', () => {
  test('tells what a query would tell, minute by minute', async () => {
    const follower = new BarFollower(5, await openBar({ candles: viewOf(0, 7), history: undefined }, btc, 5));
    expect(follower.newest()).toMatchObject({ openTime: T + 5 * MINUTE_MS, close: 1_006, closed: false });
    for (let minute = 7; minute < 23; minute++) {
      const live = kline(btc, T + minute * MINUTE_MS, 3_000);
      const [expectedLive] = (
        await latestBars({ candles: viewOf(0, minute, 3_000), history: undefined }, btc, 5, 1)
      ).slice(-1);
      expect(follower.peek(live)).toEqual(expectedLive);
      const [expected] = (await latestBars({ candles: viewOf(0, minute + 1), history: undefined }, btc, 5, 1)).slice(
        -1,
      );
      const closed = follower.close(kline(btc, T + minute * MINUTE_MS, 1_000 + minute));
      expect(closed).toEqual(expected);
      expect(closed?.closed).toBe(minute % 5 === 4);
      expect(follower.close(kline(btc, T + minute * MINUTE_MS, 5)), 'a repeat').toBeUndefined();
      expect(follower.peek(live), 'late').toBeUndefined();
    }
  });

  test('says nothing of a bar whose beginning it does not know, and follows the next', async () => {
    const follower = new BarFollower(5, await openBar({ candles: viewOf(2, 4), history: undefined }, btc, 5));
    expect(follower.newest()).toBeUndefined();
    expect(follower.close(kline(btc, T + 4 * MINUTE_MS))).toBeUndefined();
    expect(follower.close(kline(btc, T + 5 * MINUTE_MS))).toMatchObject({ openTime: T + 5 * MINUTE_MS });
  });

  test('takes the older part of its bar from the database', async () => {
    const open = await openBar({ candles: viewOf(2, 4), history: historyOf(0, 4) }, btc, 5);
    expect(new BarFollower(5, open).newest()).toMatchObject({ openTime: T, open: 999, close: 1_003, volume: 40 });
  });
});
