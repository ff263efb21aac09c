/** Minutes before the newest: what they said when they were the newest, to the last bit. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../fixtures/test-candles.ts';
import { type Candle, MINUTE_MS } from './candle.ts';
import { InstrumentState } from './instrument-state.ts';
import { type InstrumentMeasured, type MinuteNumbers, measureInstrument } from './market-wide/measure-instrument.ts';
import { seededSeries, seriesKindOf, tradedOtherwise } from './testing/seeded-series.ts';

const instrument = 'binance:usdm:BTCUSDT';
const day = 1_440;
const rowOf = (numbers: MinuteNumbers | undefined): InstrumentMeasured | undefined =>
  numbers && measureInstrument(instrument, numbers, 'open');

/** With silences; what each minute said as it came. */
function runOf(seed: number, length: number) {
  const random = seededRandom(seed);
  const candles = seededSeries(random, seriesKindOf(seed), length);
  const state = new InstrumentState();
  const said = new Map<number, InstrumentMeasured | undefined>();
  for (const candle of candles) {
    const metrics = state.add(candle);
    if (metrics.outcome === 'refused') throw new Error(metrics.text);
    said.set(candle.openTime, rowOf(metrics));
  }
  const newest = state.newestOpenTime ?? 0;
  const minutes = Array.from({ length: day }, (_, index) => newest - (day - 1 - index) * MINUTE_MS);
  return { state, said, newest, minutes, candles, random };
}

describe('numbers of a minute that has passed', () => {
  // Whole, with a silence of thirty days, with a few and with many minutes missing, with prices that leap.
  it.each([
    [1, 1_440],
    [16, 0],
    [47, 0],
    [92, 0],
    [272, 1],
  ])('are those that it had, series %i', (seed, wholeDaysMin) => {
    const { state, said, minutes } = runOf(seed, 3_100);
    const bytes = state.toBytes();
    let [known, wholeDays] = [0, 0];
    for (const minute of minutes) {
      const found = rowOf(state.numbersAt(minute));
      expect(found).toEqual(said.get(minute));
      if (found !== undefined) known++;
      if (typeof found?.change_1d === 'number') wholeDays++;
    }
    expect(known).toBeGreaterThan(600);
    expect(wholeDays).toBeGreaterThanOrEqual(wholeDaysMin);
    // Nothing is kept of it: a state that was asked is as one that was not.
    expect(state.toBytes()).toEqual(bytes);
  });

  it('also out of order, and where another took over in between', () => {
    const { state, said, minutes, random } = runOf(7, 3_000);
    let other = InstrumentState.fromBytes(state.toBytes());
    for (let round = 0; round < 40; round++) {
      const minute = minutes[Math.floor(random() * minutes.length)] ?? 0;
      for (let after = 0; after < 3; after++) {
        const at = minute + after * MINUTE_MS;
        if (at > (minutes.at(-1) ?? 0)) continue;
        expect(rowOf(state.numbersAt(at))).toEqual(said.get(at));
        expect(rowOf(other.numbersAt(at))).toEqual(said.get(at));
      }
      if (round % 10 === 0) other = InstrumentState.fromBytes(state.toBytes());
    }
  });

  it('while candles go on coming', () => {
    const { candles, said } = runOf(8, 2_400);
    const state = new InstrumentState();
    let compared = 0;
    for (const [index, candle] of candles.entries()) {
      state.add(candle);
      // Three minutes behind for a while, then two hours, then not at all.
      const behind = index % 600 < 200 ? 3 : index % 600 < 400 ? 120 : 0;
      const at = candle.openTime - behind * MINUTE_MS;
      if (at < (candles[0]?.openTime ?? 0)) continue;
      expect(rowOf(state.numbersAt(at))).toEqual(said.get(at));
      compared++;
    }
    expect(compared).toBeGreaterThan(2_000);
  });

  it('are as a correction made them', () => {
    const { state, candles, newest, random } = runOf(9, 2_000);
    const at = newest - 300 * MINUTE_MS;
    expect(state.numbersAt(at - MINUTE_MS)).toBeDefined();
    const wrong = candles.find(({ openTime }) => openTime === at - 30 * MINUTE_MS) as Candle;
    const right = tradedOtherwise(wrong, random);
    state.correct(right);
    const straight = new InstrumentState();
    let expected: InstrumentMeasured | undefined;
    for (const candle of candles) {
      const metrics = straight.add(candle === wrong ? right : candle);
      if (metrics.outcome === 'metrics' && candle.openTime === at) expected = rowOf(metrics);
    }
    expect(expected).toBeDefined();
    expect(rowOf(state.numbersAt(at))).toEqual(expected);
  });

  it('are not known of gaps, of what is to come, of what is older than a day, and where no corrections are kept', () => {
    const { state, newest, candles } = runOf(10, 1_600);
    state.addGap(newest + MINUTE_MS);
    for (const minutes of [1, 2]) expect(state.numbersAt(newest + minutes * MINUTE_MS)).toBeUndefined();
    expect(state.numbersAt(newest - (day - 2) * MINUTE_MS)).toBeDefined();
    expect(state.numbersAt(newest - (day - 1) * MINUTE_MS)).toBeUndefined();
    const without = new InstrumentState({ corrections: false });
    for (const candle of candles) without.add(candle);
    expect(without.numbersAt(newest)).toBeDefined();
    expect(without.numbersAt(newest - MINUTE_MS)).toBeUndefined();
    expect(new InstrumentState().numbersAt(0)).toBeUndefined();
  });
});
