/** Statistics beside a fresh loop over the candles, and wherever a run began or was snapshot. */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { seededCandles, seededRandom } from '../../fixtures/test-candles.ts';
import { type Candle, MINUTE_MS } from '../candle.ts';
import type { MinuteMetrics } from '../instrument-fold.ts';
import { InstrumentState } from '../instrument-state.ts';
import { slowStatistics } from '../testing/slow-statistics.ts';
import { anomalyScore } from './anomaly-score.ts';
import { shortCode, shortNumber } from './short-number.ts';
import { NO_CODE, SortedValues } from './sorted-values.ts';
import { type StatisticName, statisticTable } from './statistic-table.ts';

const names = statisticTable.map(({ name }) => name);
const options = { windows: [1], indicators: [] };

const addTo = (state: InstrumentState, candle: Candle): MinuteMetrics => {
  const result = state.add(candle);
  if (result.outcome === 'refused') throw new Error(result.text);
  return result;
};

/** A volatility is rounded in another order there, then to single precision; scores have the same bits. */
function expectSame(metrics: MinuteMetrics, candles: readonly Candle[], found: Map<StatisticName, number>): void {
  const slow = slowStatistics(candles);
  for (const name of names) {
    const [ours, theirs] = [metrics.statistics?.[name], slow[name]];
    if (theirs !== undefined) found.set(name, (found.get(name) ?? 0) + 1);
    if (theirs === undefined || !name.startsWith('volatility')) expect(ours, name).toBe(theirs);
    else expect(Math.abs((ours ?? Number.NaN) - (theirs ?? 0)), name).toBeLessThanOrEqual(1e-7 * (theirs ?? 0));
  }
}

describe('short numbers', () => {
  it('keep their order and three digits', () => {
    const random = seededRandom(8);
    const values = Array.from({ length: 20_000 }, () => 10 ** (random() * 19 - 6.5)).sort((one, other) => one - other);
    let previous = 0;
    for (const value of values) {
      const code = shortCode(value);
      const isNear = Math.abs(shortNumber(code) - value) <= value * 2 ** -11 * 1.0001;
      if (code < previous || !isNear || shortCode(shortNumber(code)) !== code)
        expect.fail(`${value} is kept as ${code}`);
      previous = code;
    }
    expect(previous).toBeGreaterThan(60_000);
  });

  it('have bounds', () => {
    expect([0, -0, 1e-8, 1e-300].map((value) => shortNumber(shortCode(value)))).toEqual([0, 0, 0, 0]);
    expect([1e13, 1e300, Infinity].map(shortCode)).toEqual([65_535, 65_535, 65_535]);
    expect(shortNumber(65_535)).toBe((1 + 1_022 / 1_024) * 2 ** 41);
    expect([1, 2, 1_000, 0.5].map((value) => shortNumber(shortCode(value)))).toEqual([1, 2, 1_000, 0.5]);
  });
});

describe('sorted values', () => {
  it('have the medians of a list that is sorted each time', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = seededRandom(seed);
      const sorted = new SortedValues(50);
      const values: number[] = [];
      const kinds = 1 + (seed % 20) * 3;
      for (let step = 0; step < 300; step++) {
        const going = random() < 0.4 || values.length === 50 ? values.shift() : undefined;
        const coming = shortCode(Math.floor(random() * kinds) * 0.1);
        const comes = values.length < 50 && random() < 0.8;
        sorted.replace(going === undefined ? NO_CODE : shortCode(going), comes ? coming : NO_CODE);
        if (comes) values.push(shortNumber(coming));
        const median = (list: readonly number[]): number => {
          const ascending = [...list].sort((one, other) => one - other);
          const [low, high] = [ascending[(list.length - 1) >> 1], ascending[list.length >> 1]];
          return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
        };
        const middle = median(values);
        const distance = median(values.map((value) => Math.abs(value - middle)));
        const found = [sorted.length, sorted.median(), sorted.medianDistance()];
        if (!isDeepStrictEqual(found, [values.length, middle, distance])) {
          expect(found, `seed ${seed}, step ${step}`).toEqual([values.length, middle, distance]);
        }
      }
    }
  });

  it('refuse to give back what they do not have', () => {
    const sorted = new SortedValues(3);
    sorted.fill([2, 1]);
    expect(() => sorted.replace(0, 1)).toThrow('0 is not among the codes');
    expect(() => sorted.replace(3, 1)).toThrow('3 is not among the codes');
  });
});

describe('statistics', () => {
  it('equal a fresh loop over the candles, with holes and silences', () => {
    const found = new Map<StatisticName, number>();
    for (let seed = 1; seed <= 20; seed++) {
      const state = new InstrumentState(options);
      const candles = seededCandles(seed, 3_100);
      candles.forEach((candle, index) => {
        const metrics = addTo(state, candle);
        if (index % 131 !== seed && index !== candles.length - 1) return;
        expectSame(metrics, candles.slice(Math.max(0, index - 1_500), index + 1), found);
      });
    }
    for (const name of names) expect(found.get(name) ?? 0, name).toBeGreaterThan(50);
  }, 60_000);

  it('have the same bits wherever a run began, and from any snapshot', () => {
    for (const seed of [2, 6, 7, 9]) {
      const random = seededRandom(seed);
      const candles = seededCandles(seed, 4_500);
      const straight = new InstrumentState(options);
      let disturbed = new InstrumentState(options);
      const began = candles[1_500] as Candle;
      let late: InstrumentState | undefined;
      for (const candle of candles) {
        const { statistics } = addTo(straight, candle);
        expect(addTo(disturbed, candle).statistics).toEqual(statistics);
        if (random() < 0.005) disturbed = InstrumentState.fromBytes(disturbed.toBytes(), options);
        if (candle === began) late = new InstrumentState(options);
        const later = late && addTo(late, candle).statistics;
        if (candle.openTime >= began.openTime + 1_440 * MINUTE_MS) expect(later).toEqual(statistics);
      }
    }
  });

  const steady = (minutes: number, of: (minute: number) => Partial<Candle> = () => ({})): Candle[] =>
    Array.from({ length: minutes }, (_, minute) => {
      const prices = { open: 100, high: 101, low: 99, close: 100 };
      const amounts = { volume: 1, quoteVolume: 100, trades: 1, takerBuyVolume: 0, takerBuyQuoteVolume: 0 };
      return { openTime: minute * MINUTE_MS, ...prices, ...amounts, ...of(minute) };
    });
  const lastOf = (candles: readonly Candle[]) => {
    const state = new InstrumentState(options);
    return candles.map((candle) => addTo(state, candle).statistics);
  };

  it('are absent until warm: an hour, a day, nine tenths of a day', () => {
    const random = seededRandom(3);
    const all = lastOf(steady(1_500, () => ({ quoteVolume: random(), high: 101 + random(), close: 99.5 + random() })));
    const first = (name: StatisticName): number => all.findIndex((statistics) => statistics?.[name] !== undefined);
    expect(names.map(first)).toEqual([59, 1_439, 1_295, 1_295, 1_296]);
  });

  it('of a day without volume or movement: a volatility of 0 and no score', () => {
    const flat = lastOf(steady(1_500, () => ({ high: 100, low: 100, volume: 0, quoteVolume: 0 }))).at(-1);
    expect(flat).toEqual({ volatility_1h: 0, volatility_1d: 0 });
    // Also where the newest minute is unlike all others.
    const jump = lastOf(steady(1_500, (minute) => (minute === 1_499 ? { quoteVolume: 1e6 } : {}))).at(-1);
    expect(jump?.volume_z_1m).toBeUndefined();
  });

  it('of a minute unlike all others are high, but not without bounds', () => {
    const random = seededRandom(4);
    const wild = { high: 1e30, close: 1e29, quoteVolume: 1e300 };
    const candles = steady(1_500, (minute) =>
      minute === 1_499 ? wild : { quoteVolume: 100 + random(), high: 101 + random(), close: 99.5 + random() },
    );
    const newest = lastOf(candles).at(-1);
    expect(newest?.volume_z_1m).toBe(1e6);
    expect(newest?.return_z_1m).toBeGreaterThan(100);
    expect(anomalyScore(newest ?? {})).toBeGreaterThan(95);
    expect(anomalyScore(newest ?? {})).toBeLessThan(100);
  });

  it('anomaly: 0 where nothing is above the median, half where all are ten deviations above it, absent without one', () => {
    expect(anomalyScore({ volume_z_1m: 0, range_z_1m: -3, return_z_1m: -1 })).toBe(0);
    expect(anomalyScore({ volume_z_1m: 10, range_z_1m: 10, return_z_1m: 10 })).toBe(50);
    expect(anomalyScore({ volume_z_1m: 10, range_z_1m: 10, return_z_1m: null })).toBeUndefined();
  });

  it('can be left out', () => {
    const state = new InstrumentState({ ...options, statistics: false });
    expect(steady(200).map((candle) => addTo(state, candle).statistics)).toEqual(steady(200).map(() => undefined));
  });
});
