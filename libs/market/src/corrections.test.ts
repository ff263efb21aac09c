/** A corrected run beside the straight one: the same bits, whatever came in between. */
import { describe, expect, it } from 'vitest';
import { seededCandles, seededRandom } from '../fixtures/test-candles.ts';
import { type Candle, MINUTE_MS } from './candle.ts';
import type { MinuteMetrics } from './instrument-fold.ts';
import { InstrumentState } from './instrument-state.ts';
import { tradedOtherwise } from './testing/seeded-series.ts';

const DAY = 1_440;

/** A state that these came to in order, and the metrics of the minutes from one on. */
function straightRun(candles: readonly Candle[], from: number): { state: InstrumentState; metrics: MinuteMetrics[] } {
  const state = new InstrumentState();
  const metrics: MinuteMetrics[] = [];
  for (const candle of candles) {
    const result = state.add(candle);
    if (result.outcome === 'refused') throw new Error(result.text);
    if (candle.openTime >= from) metrics.push(result);
  }
  return { state, metrics };
}

const correct = (state: InstrumentState, candle: Candle): readonly MinuteMetrics[] => {
  const result = state.correct(candle);
  if (result.outcome === 'refused') throw new Error(result.text);
  return result.revised;
};

describe('corrections', () => {
  it('give the bits of a run in which the candle came so, with restarts in between', () => {
    let revisedMinutes = 0;
    for (let seed = 1; seed <= 14; seed++) {
      const random = seededRandom(seed * 31);
      const candles = seededCandles(seed, 4_700);
      let state = new InstrumentState();
      const correctAt = new Set([3, 700, 1_500, 3_000, 4_699].map((at) => Math.floor(at - random() * 3)));
      candles.forEach((candle, index) => {
        state.add(candle);
        if (random() < 0.001) state = InstrumentState.fromBytes(state.toBytes());
        if (!correctAt.has(index)) return;
        // Near or far, but within the last 1,440 minutes.
        const back = Math.floor(random() < 0.5 ? random() * 4 : random() * DAY);
        const place = candles.findIndex(({ openTime }) => openTime >= candle.openTime - back * MINUTE_MS);
        const changed = tradedOtherwise(candles[place] as Candle, random);
        candles[place] = changed;
        const revised = correct(state, changed);
        const straight = straightRun(candles.slice(0, index + 1), changed.openTime);
        expect(revised).toEqual(straight.metrics);
        expect(state.toBytes()).toEqual(straight.state.toBytes());
        revisedMinutes += revised.length;
      });
    }
    expect(revisedMinutes).toBeGreaterThan(10_000);
  }, 240_000);

  it('reach 1,440 minutes back and no further', () => {
    const candles = seededCandles(5, 3_500).map((candle, index) => ({ ...candle, openTime: index * MINUTE_MS }));
    const { state } = straightRun(candles, 0);
    const random = seededRandom(5);
    const oldest = candles.at(-DAY) as Candle;
    const changed = tradedOtherwise(oldest, random);
    const revised = correct(state, changed);
    const straight = straightRun(
      candles.map((candle) => (candle === oldest ? changed : candle)),
      oldest.openTime,
    );
    expect(revised).toHaveLength(DAY);
    expect(revised).toEqual(straight.metrics);
    expect(state.toBytes()).toEqual(straight.state.toBytes());
    // All windows of the oldest revised minute are full: the day before the ring's is there.
    expect(revised[0]?.windows.at(-1)?.minutes).toBe(DAY);
    const tooOld = tradedOtherwise(candles.at(-DAY - 1) as Candle, random);
    expect(state.correct(tooOld)).toMatchObject({ outcome: 'refused', reason: 'late' });
  });

  it('of one minute several times, the last one counts', () => {
    const candles = seededCandles(10, 400);
    const random = seededRandom(2);
    const { state } = straightRun(candles, 0);
    const place = 300;
    for (let times = 0; times < 3; times++) {
      candles[place] = tradedOtherwise(candles[place] as Candle, random);
      correct(state, candles[place]);
    }
    expect(state.toBytes()).toEqual(straightRun(candles, 0).state.toBytes());
  });

  it('fill a gap that can be had after all', () => {
    for (const silence of [1, 90, 2_000, 40_000]) {
      const before = seededCandles(10, 2_000).map((candle, index) => ({ ...candle, openTime: index * MINUTE_MS }));
      const after = before.map((candle) => ({ ...candle, openTime: candle.openTime + (2_000 + silence) * MINUTE_MS }));
      const candles = [...before, ...after.slice(0, 300)];
      const { state } = straightRun(candles, 0);
      const last = candles.at(-301) as Candle;
      const found = { ...last, openTime: (after[0] as Candle).openTime - MINUTE_MS };
      const revised = correct(state, found);
      const straight = straightRun([...before, found, ...after.slice(0, 300)], found.openTime);
      expect(revised).toEqual(straight.metrics);
      expect(state.toBytes()).toEqual(straight.state.toBytes());
    }
  });

  it('leave minutes without a candle without metrics', () => {
    const candles = seededCandles(10, 50).map((candle, index) => ({ ...candle, openTime: index * 2 * MINUTE_MS }));
    const { state } = straightRun(candles, 0);
    const changed = tradedOtherwise(candles[40] as Candle, seededRandom(1));
    expect(correct(state, changed).map(({ openTime }) => openTime / MINUTE_MS)).toEqual(
      [40, 41, 42, 43, 44, 45, 46, 47, 48, 49].map((index) => index * 2),
    );
  });

  it('are refused where there is nothing to correct, and change nothing then', () => {
    const candles = seededCandles(10, 100).map((candle, index) => ({ ...candle, openTime: (500 + index) * MINUTE_MS }));
    const { state } = straightRun(candles, 0);
    const before = state.toBytes();
    const known = candles[50] as Candle;
    expect(state.correct(known)).toMatchObject({ reason: 'duplicate' });
    expect(state.correct({ ...known, openTime: 600 * MINUTE_MS })).toMatchObject({ reason: 'early' });
    expect(state.correct({ ...known, openTime: 499 * MINUTE_MS })).toMatchObject({ reason: 'late' });
    expect(state.correct({ ...known, high: 0 })).toMatchObject({ reason: 'impossible' });
    expect(new InstrumentState().correct(known)).toMatchObject({ reason: 'early' });
    expect(state.toBytes()).toEqual(before);
  });
});
