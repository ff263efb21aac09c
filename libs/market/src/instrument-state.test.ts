import { describe, expect, it } from 'vitest';
import { seededCandles, seededRandom } from '../fixtures/test-candles.ts';
import type { Candle } from './candle.ts';
import { MINUTE_MS } from './candle.ts';
import { fullIndicatorTable } from './indicators/indicator-table.ts';
import type { MinuteMetrics } from './instrument-fold.ts';
import { InstrumentState } from './instrument-state.ts';
import { intervalName, windowMinutes } from './interval.ts';
import { compareIndicators } from './testing/near-indicators.ts';
import { slowBarValues, slowWindows } from './testing/slow-metrics.ts';

const metricsOf = (state: InstrumentState, candle: Candle): MinuteMetrics => {
  const outcome = state.add(candle);
  if (outcome.outcome === 'refused') throw new Error(outcome.text);
  return outcome;
};

const flat = (openTime: number, price = 10): Candle => ({
  openTime,
  open: price,
  high: price,
  low: price,
  close: price,
  volume: 1,
  quoteVolume: price,
  trades: 1,
  takerBuyVolume: 0.5,
  takerBuyQuoteVolume: price / 2,
});

describe('rolling windows', () => {
  it('equal a fresh loop over the candles on seeded series', () => {
    const lengths = [1, 2, 5, 7, 15, 60, 240];
    for (let seed = 1; seed <= 120; seed++) {
      const state = new InstrumentState({ windows: lengths, indicators: [] });
      const candles = seededCandles(seed, 420);
      let full = 0;
      candles.forEach((candle, index) => {
        const previewed = index % 5 === 0;
        const preview = previewed ? state.preview(candle)?.windows : undefined;
        const { windows } = metricsOf(state, candle);
        // The candle in progress, closed without a change, gives the numbers that its preview gave.
        if (previewed) expect(preview).toEqual(windows);
        if (index % 41 !== 0 && index < candles.length - 2) return;
        expect(windows).toEqual(slowWindows(candles.slice(Math.max(0, index - 240), index + 1), lengths));
        full += windows.length;
      });
      expect(full).toBeGreaterThan(0);
    }
  }, 60_000);

  it('equal it at 1,440 minutes too', () => {
    for (const seed of [4, 7, 9]) {
      const state = new InstrumentState();
      const candles = seededCandles(seed, 3_200);
      candles.forEach((candle, index) => {
        const { windows } = metricsOf(state, candle);
        if (index % 173 !== 0) return;
        expect(windows).toEqual(slowWindows(candles.slice(Math.max(0, index - 1_440), index + 1), windowMinutes));
      });
    }
  });

  it('give the same bits wherever the replay began', () => {
    const candles = seededCandles(6, 4_000);
    const early = new InstrumentState();
    const late = new InstrumentState();
    for (const [index, candle] of candles.entries()) {
      const windows = metricsOf(early, candle).windows;
      if (index < 1_800) continue;
      const lateWindows = metricsOf(late, candle).windows;
      if (index >= 1_800 + 1_440) expect(lateWindows).toEqual(windows);
    }
    expect(late.current()?.windows).toHaveLength(windowMinutes.length);
  });

  it('are absent while they contain a gap or a hole, and return when it has left', () => {
    for (const announced of [true, false]) {
      const state = new InstrumentState({ windows: [1, 5] });
      for (let minute = 0; minute < 10; minute++) metricsOf(state, flat(minute * MINUTE_MS));
      if (announced) expect(state.addGap(10 * MINUTE_MS)).toMatchObject({ outcome: 'gap', windows: [] });
      const lengths = [11, 12, 13, 14, 15, 16].map((minute) =>
        metricsOf(state, flat(minute * MINUTE_MS)).windows.map((window) => window.minutes),
      );
      expect(lengths).toEqual([[1], [1], [1], [1], [1, 5], [1, 5]]);
    }
  });

  it('begin anew after a silence of thirty days', () => {
    const state = new InstrumentState();
    for (let minute = 0; minute < 1_500; minute++) metricsOf(state, flat(minute * MINUTE_MS, 1e6));
    const after = 1_500 + 30 * 1_440;
    const first = metricsOf(state, flat(after * MINUTE_MS, 1e-8));
    expect(first.windows.map((window) => window.minutes)).toEqual([1]);
    // What needs one bar only has it.
    expect(first.indicators).toMatchObject([{ interval: '1m', obv: 1 }]);
    expect(first.indicators[0]?.rsi).toBeUndefined();
    for (let minute = after + 1; minute < after + 1_439; minute++) metricsOf(state, flat(minute * MINUTE_MS, 1e-8));
    const last = metricsOf(state, flat((after + 1_439) * MINUTE_MS, 1e-8));
    expect(last.windows.at(-1)).toMatchObject({ minutes: 1_440, high: 1e-8, low: 1e-8, volume: 1_440, trades: 1_440 });
  });

  it('refuse lengths that cannot be', () => {
    for (const length of [0, 1.5, 1_441, -1])
      expect(() => new InstrumentState({ windows: [length] })).toThrow(RangeError);
  });
});

describe('indicators', () => {
  it('of every interval equal the slow ones over the same candles, with holes in between', () => {
    const outputs = fullIndicatorTable.flatMap(({ indicator }) => indicator.outputs);
    let compared = 0;
    for (const seed of [2, 6, 10, 12, 14, 20]) {
      const state = new InstrumentState();
      const candles = seededCandles(seed, 4_500);
      candles.forEach((candle, index) => {
        const { indicators, price } = metricsOf(state, candle);
        if (index % 1_103 !== 0 && index !== candles.length - 1) return;
        // One minute is the affair of the indicators' own tests.
        for (const minutes of [5, 15, 60, 240, 480, 1_440]) {
          const slow = slowBarValues(candles.slice(0, index + 1), minutes, candle.openTime + MINUTE_MS);
          const bar = indicators.find(({ interval }) => interval === intervalName(minutes));
          const magnitudes = { price, volume: Math.max(...candles.map(({ volume }) => volume)) };
          const result = compareIndicators(outputs, bar, slow, magnitudes);
          if (result.difference !== undefined) expect.fail(`${minutes} minutes, ${result.difference}`);
          compared += result.compared;
        }
      });
    }
    expect(compared).toBeGreaterThan(800);
  }, 30_000);
});

describe('what is refused changes nothing', () => {
  const state = new InstrumentState();
  for (let minute = 100; minute < 105; minute++) metricsOf(state, flat(minute * MINUTE_MS));
  const before = state.toBytes();
  const good = flat(105 * MINUTE_MS);
  it.each([
    ['the newest minute again', flat(104 * MINUTE_MS), 'duplicate'],
    ['an older one', flat(101 * MINUTE_MS), 'late'],
    ['an open time within a minute', { ...good, openTime: good.openTime + 1 }, 'impossible'],
    ['an open time beyond all time', { ...good, openTime: 1e15 * MINUTE_MS }, 'impossible'],
    ['a price of 0', { ...good, low: 0 }, 'impossible'],
    ['a price that is no number', { ...good, close: Number.NaN }, 'impossible'],
    ['a high below the close', { ...good, high: 9 }, 'impossible'],
    ['a low above the open', { ...good, low: 10.5, high: 11, close: 10.6 }, 'impossible'],
    ['a negative volume', { ...good, volume: -1 }, 'impossible'],
    ['an endless volume', { ...good, quoteVolume: Number.POSITIVE_INFINITY }, 'impossible'],
    ['a taker volume that is no number', { ...good, takerBuyVolume: Number.NaN }, 'impossible'],
    ['half a trade', { ...good, trades: 0.5 }, 'impossible'],
  ])('%s', (_, candle, reason) => {
    expect(state.add(candle)).toMatchObject({ outcome: 'refused', reason });
    expect(state.preview(candle)).toBeUndefined();
    expect(state.toBytes()).toEqual(before);
  });

  it('a gap in a minute that is closed', () => {
    expect(state.addGap(104 * MINUTE_MS)).toMatchObject({ outcome: 'refused', reason: 'duplicate' });
    expect(state.addGap(3)).toMatchObject({ outcome: 'refused', reason: 'impossible' });
    expect(state.toBytes()).toEqual(before);
  });
});

describe('previews', () => {
  it('leave the closed state as it is', () => {
    const candles = seededCandles(11, 1_700);
    const state = new InstrumentState();
    for (const candle of candles) metricsOf(state, candle);
    const before = state.toBytes();
    const closed = state.current();
    const last = candles[candles.length - 1] as Candle;
    const live = { ...flat(last.openTime + MINUTE_MS, last.close * 3), volume: 1e300, trades: 5 };
    expect(state.preview(live)?.windows[0]).toMatchObject({ minutes: 1, close: last.close * 3, trades: 5 });
    expect(state.toBytes()).toEqual(before);
    expect(state.current()).toEqual(closed);
  });

  it('hold only the minute itself when the minutes before it have not come', () => {
    const state = new InstrumentState();
    for (let minute = 0; minute < 50; minute++) metricsOf(state, flat(minute * MINUTE_MS));
    expect(state.preview(flat(52 * MINUTE_MS))?.windows.map((window) => window.minutes)).toEqual([1]);
    expect(new InstrumentState().preview(flat(0))?.windows.map((window) => window.minutes)).toEqual([1]);
  });

  it('complete a window that lacks only this minute', () => {
    const state = new InstrumentState({ windows: [5] });
    for (let minute = 0; minute < 3; minute++) metricsOf(state, flat(minute * MINUTE_MS));
    expect(state.preview(flat(3 * MINUTE_MS))?.windows).toEqual([]);
    metricsOf(state, flat(3 * MINUTE_MS));
    expect(state.preview(flat(4 * MINUTE_MS))?.windows).toMatchObject([{ minutes: 5, volume: 5 }]);
  });
});

describe('snapshots', () => {
  it('go on with the same bits, wherever and however often they are taken', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const random = seededRandom(seed * 977);
      const straight = new InstrumentState();
      let broken = new InstrumentState();
      let restores = 0;
      for (const candle of seededCandles(seed, 2_600)) {
        const expected = metricsOf(straight, candle);
        expect(metricsOf(broken, candle)).toEqual(expected);
        if (random() < 0.004) {
          const bytes = broken.toBytes();
          broken = InstrumentState.fromBytes(bytes);
          expect(broken.toBytes()).toEqual(bytes);
          expect(broken.current()).toEqual(expected);
          restores++;
        }
      }
      expect(broken.toBytes()).toEqual(straight.toBytes());
      expect(restores).toBeGreaterThan(0);
    }
  }, 60_000);

  it('of an empty state and of one that ends in a gap', () => {
    const empty = InstrumentState.fromBytes(new InstrumentState().toBytes());
    expect(empty.newestOpenTime).toBeUndefined();
    const state = new InstrumentState();
    for (let minute = 0; minute < 70; minute++) metricsOf(state, flat(minute * MINUTE_MS));
    state.addGap(70 * MINUTE_MS);
    const restored = InstrumentState.fromBytes(state.toBytes());
    expect(restored.newestOpenTime).toBe(70 * MINUTE_MS);
    expect(restored.current()).toBeUndefined();
    expect(metricsOf(restored, flat(71 * MINUTE_MS))).toEqual(metricsOf(state, flat(71 * MINUTE_MS)));
  });

  it('are refused by name when damaged or of another version', () => {
    const state = new InstrumentState();
    for (const candle of seededCandles(3, 200)) metricsOf(state, candle);
    const bytes = state.toBytes();
    const other = bytes.slice();
    other[0] = 99;
    expect(() => InstrumentState.fromBytes(other)).toThrow('version 99, expected 2');
    const renamed = bytes.slice();
    // After the version and the two bytes of its length.
    renamed[3] = 'x'.charCodeAt(0);
    expect(() => InstrumentState.fromBytes(renamed)).toThrow("it holds the indicators 'xsi@1m:4 macd@1m:7");
    for (const length of [0, 1, 40, bytes.length - 1]) {
      expect(() => InstrumentState.fromBytes(bytes.slice(0, length))).toThrow('unreadable snapshot');
    }
    expect(() => InstrumentState.fromBytes(new Uint8Array([...bytes, 0]))).toThrow('1 bytes follow its end');
  });
});
