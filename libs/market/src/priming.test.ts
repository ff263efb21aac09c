/** Indicators that begin with bars fetched before the first candle, beside a run that saw every minute. */
import { describe, expect, it } from 'vitest';
import { seededCandles, seededRandom } from '../fixtures/test-candles.ts';
import { aggregateCandles } from './aggregate-candles.ts';
import { indicatorValue } from './bar-indicators.ts';
import { type Candle, MINUTE_MS } from './candle.ts';
import { fullIndicatorTable } from './indicators/indicator-table.ts';
import type { MinuteMetrics } from './instrument-fold.ts';
import { InstrumentState } from './instrument-state.ts';
import { type IntervalName, intervalMinutes } from './interval.ts';

const names: readonly IntervalName[] = ['5m', '15m', '1h', '4h', '8h', '1d'];
const outputs = fullIndicatorTable.flatMap(({ indicator }) => indicator.outputs.map((output) => output.name));
const series = seededCandles(10, 45_000).map((candle, index) => ({ ...candle, openTime: index * MINUTE_MS }));

/** Closed bars of the candles. */
const barsOf = (candles: readonly Candle[], interval: IntervalName) =>
  aggregateCandles(candles, intervalMinutes[interval]).filter((bar) => bar.candles === bar.minutes);

function primedState(candles: readonly Candle[], intervals: readonly IntervalName[] = names): InstrumentState {
  const state = new InstrumentState();
  for (const interval of intervals) {
    expect(state.prime(interval, barsOf(candles, interval))).toEqual({ outcome: 'primed' });
  }
  return state;
}

const addTo = (state: InstrumentState, candle: Candle): MinuteMetrics => {
  const result = state.add(candle);
  if (result.outcome === 'refused') throw new Error(result.text);
  return result;
};

function expectNear(found: MinuteMetrics, expected: MinuteMetrics): void {
  const far = (metrics: MinuteMetrics) => metrics.indicators.filter(({ interval }) => interval !== '1m');
  expect(far(found).map(({ interval, barOpenTime }) => [interval, barOpenTime])).toEqual(
    far(expected).map(({ interval, barOpenTime }) => [interval, barOpenTime]),
  );
  for (const [index, bar] of far(expected).entries()) {
    for (const name of outputs) {
      const value = indicatorValue(bar, name);
      const ours = indicatorValue(far(found)[index] ?? bar, name);
      // Volumes of assembled bars are rounded twice.
      if (value === undefined) expect(ours, name).toBeUndefined();
      else if (!(Math.abs((ours ?? Number.NaN) - value) <= 1e-12 * Math.abs(value))) {
        expect.fail(`${name}: expected ${value}, got ${ours}`);
      }
    }
  }
}

describe('priming', () => {
  const straight = new InstrumentState();
  const expected = series.map((candle) => addTo(straight, candle));

  // In the middle of a day, at its last five minutes, at its very beginning.
  it.each([20_000 + 5 * 77, 28 * 1_440 - 5, 30 * 1_440])(
    'at minute %i goes on as if every minute had been seen',
    (first) => {
      const state = primedState(series.slice(0, first));
      for (const candle of series.slice(first, first + 1_700)) {
        expectNear(addTo(state, candle), expected[candle.openTime / MINUTE_MS] as MinuteMetrics);
      }
    },
  );

  it('with bars that closed after the first candle, as fetched with a day of candles', () => {
    const random = seededRandom(3);
    for (let times = 0; times < 3; times++) {
      const first = 20_000 + Math.floor(random() * 10_000);
      // No bar of any length is missing between the first candle and the end of what was fetched.
      const state = primedState(series.slice(0, first + 1_500));
      for (const candle of series.slice(first, first + 1_500)) {
        expectNear(addTo(state, candle), expected[candle.openTime / MINUTE_MS] as MinuteMetrics);
      }
    }
  }, 60_000);

  it('is carried over a restart at any moment, and over a correction', () => {
    const first = 20_005;
    let state = primedState(series.slice(0, first));
    const straightPrimed = primedState(series.slice(0, first));
    state = InstrumentState.fromBytes(state.toBytes());
    for (const candle of series.slice(first, first + 700)) {
      addTo(state, candle);
      addTo(straightPrimed, candle);
      if (candle.openTime % (100 * MINUTE_MS) === 0) state = InstrumentState.fromBytes(state.toBytes());
    }
    expect(state.toBytes()).toEqual(straightPrimed.toBytes());
    const changed = { ...(series[first + 20] as Candle), close: (series[first + 20] as Candle).high };
    state.correct(changed);
    const corrected = primedState(series.slice(0, first));
    for (const candle of series.slice(first, first + 700)) {
      addTo(corrected, candle.openTime === changed.openTime ? changed : candle);
    }
    expect(state.toBytes()).toEqual(corrected.toBytes());
  });

  it('without the lower bars leaves a bar that began before unknown, and its indicators begin again', () => {
    const first = 20_000 + 30;
    const state = primedState(series.slice(0, first), ['1h']);
    const intervals = (minutes: number) =>
      addTo(state, series[first + minutes] as Candle).indicators.map(({ interval }) => interval);
    expect(intervals(0)).toEqual(['1m', '1h']);
    const hourEnd = 60 - (first % 60) - 1;
    for (let minute = 1; minute < hourEnd; minute++) expect(intervals(minute)).toContain('1h');
    expect(intervals(hourEnd)).not.toContain('1h');
  });

  it('does not use bars with a hole before the first candle', () => {
    const first = 20_040;
    const state = new InstrumentState();
    state.prime('1h', barsOf(series.slice(0, first), '1h').slice(0, -1));
    expect(addTo(state, series[first] as Candle).indicators.map(({ interval }) => interval)).toEqual(['1m']);
  });

  it('refuses what cannot be bars, and what comes too late', () => {
    const state = new InstrumentState();
    const [bar] = barsOf(series.slice(0, 60), '1h');
    if (bar === undefined) throw new Error('no bar');
    expect(state.prime('1h', [{ ...bar, openTime: 60_000 }])).toMatchObject({ reason: 'impossible' });
    expect(state.prime('1h', [bar, bar])).toMatchObject({ reason: 'impossible' });
    expect(state.prime('1h', [{ ...bar, low: -1 }])).toMatchObject({ reason: 'impossible' });
    expect(state.prime('1h', [{ ...bar, volume: Number.NaN }])).toMatchObject({ reason: 'impossible' });
    addTo(state, series[60] as Candle);
    expect(state.prime('1h', [bar])).toMatchObject({ reason: 'late' });
  });
});
