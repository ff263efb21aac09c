/** Bars that come after candles, beside a run that saw every minute. */
import { describe, expect, it } from 'vitest';
import { seededCandles } from '../fixtures/test-candles.ts';
import { aggregateCandles } from './aggregate-candles.ts';
import { indicatorValue } from './bar-indicators.ts';
import { type Candle, MINUTE_MS } from './candle.ts';
import { fullIndicatorTable } from './indicators/indicator-table.ts';
import type { MinuteMetrics } from './instrument-fold.ts';
import { InstrumentState } from './instrument-state.ts';
import { type IntervalName, intervalMinutes } from './interval.ts';

const outputs = fullIndicatorTable.flatMap(({ indicator }) => indicator.outputs.map((output) => output.name));
const first = 30 * 1_440 + 77;
const series = seededCandles(11, first + 3_200).map((candle, index) => ({ ...candle, openTime: index * MINUTE_MS }));

const barsUntil = (minute: number, interval: IntervalName) =>
  aggregateCandles(series.slice(0, minute), intervalMinutes[interval]).filter((bar) => bar.candles === bar.minutes);

const addTo = (state: InstrumentState, candle: Candle): MinuteMetrics => {
  const result = state.add(candle);
  if (result.outcome === 'refused') throw new Error(result.text);
  return result;
};
const text = (metrics: MinuteMetrics): string =>
  JSON.stringify(metrics.indicators.map((bar) => outputs.map((name) => indicatorValue(bar, name) ?? null)));

const straight = new InstrumentState();
const expected = series.map((candle) => addTo(straight, candle));

describe('priming after candles', () => {
  it.each(['5m', '1h', '4h', '1d'] as const)('bars of %s: as if every minute had been seen', (interval) => {
    const state = new InstrumentState();
    for (const candle of series.slice(first, first + 1_500)) addTo(state, candle);
    // Fetched a while ago: more than one bar of five minutes has closed since.
    expect(state.primeLater(interval, barsUntil(first + 1_489, interval))).toEqual({ outcome: 'primed' });
    let compared = 0;
    for (const candle of series.slice(first + 1_500)) {
      const found = addTo(state, candle).indicators.find((bar) => bar.interval === interval);
      const bar = expected[candle.openTime / MINUTE_MS]?.indicators.find((other) => other.interval === interval);
      for (const name of outputs) {
        const [ours, theirs] = [found && indicatorValue(found, name), bar && indicatorValue(bar, name)];
        // How far it goes back is not the same.
        if (name === 'obv') continue;
        if (theirs === undefined) expect(ours, name).toBeUndefined();
        else expect(Math.abs((ours ?? Number.NaN) - theirs), name).toBeLessThanOrEqual(1e-11 * Math.abs(theirs));
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(30_000);
  });

  it('other intervals, windows and the bar in progress stay as they were', () => {
    const [primed, other] = [new InstrumentState(), new InstrumentState()];
    for (const state of [primed, other]) for (const candle of series.slice(first, first + 1_500)) addTo(state, candle);
    primed.primeLater('1h', barsUntil(first + 1_489, '1h'));
    for (const candle of series.slice(first + 1_500, first + 1_700)) {
      const [one, two] = [addTo(primed, candle), addTo(other, candle)];
      expect(one.windows).toEqual(two.windows);
      const without = (metrics: MinuteMetrics) => ({
        ...metrics,
        indicators: metrics.indicators.filter(({ interval }) => interval !== '1h'),
      });
      expect(text(without(one))).toBe(text(without(two)));
    }
  });

  it('snapshots before and after, and a correction later, give the same bits', () => {
    const run = (snapshots: boolean): string[] => {
      let state = new InstrumentState();
      const again = () => {
        if (snapshots) state = InstrumentState.fromBytes(state.toBytes());
      };
      for (const candle of series.slice(first, first + 1_500)) addTo(state, candle);
      again();
      state.primeLater('1h', barsUntil(first + 1_489, '1h'));
      again();
      const texts = series.slice(first + 1_500, first + 1_800).map((candle) => text(addTo(state, candle)));
      again();
      const wrong = series[first + 1_550] as Candle;
      const result = state.correct({ ...wrong, high: wrong.high * 2, close: wrong.high * 1.5 });
      if (result.outcome !== 'corrected') throw new Error(result.outcome);
      return [...texts, ...result.revised.map(text), Buffer.from(state.toBytes()).toString('hex')];
    };
    expect(run(true)).toEqual(run(false));
  });

  it('on-balance volume begins with the first bars that are primed, and later ones leave its level', () => {
    const [once, again] = [new InstrumentState(), new InstrumentState()];
    const obvOf = (metrics: MinuteMetrics | undefined) =>
      metrics?.indicators.find(({ interval }) => interval === '1h') as { readonly obv?: number } | undefined;
    for (const state of [once, again]) {
      for (const candle of series.slice(first, first + 70)) addTo(state, candle);
      const own = obvOf(state.current())?.obv;
      state.primeLater('1h', barsUntil(first + 60, '1h'));
      expect(obvOf(state.current())?.obv).not.toBe(own);
      // Two midnights later the bars are fetched once more.
      for (const candle of series.slice(first + 70, first + 2_900)) addTo(state, candle);
    }
    const before = obvOf(again.current())?.obv;
    again.primeLater('1h', barsUntil(first + 2_880, '1h').slice(-100));
    expect(obvOf(again.current())?.obv).toBe(before);
    const wrong = series[first + 1_600] as Candle;
    for (const candle of series.slice(first + 2_900, first + 3_000)) {
      expect(obvOf(addTo(again, candle))?.obv).toBe(obvOf(addTo(once, candle))?.obv);
    }
    const revised = [once, again].map((state) => {
      const result = state.correct({ ...wrong, volume: wrong.volume + 5 });
      if (result.outcome !== 'corrected') throw new Error(result.outcome);
      return result.revised.map((metrics) => obvOf(metrics)?.obv);
    });
    expect(revised[1]).toEqual(revised[0]);
    expect(revised[0]).toHaveLength(1_400);
  });

  it('says why bars cannot be', () => {
    const state = new InstrumentState();
    const [bar] = barsUntil(first, '1h');
    if (bar === undefined) throw new Error('no bar');
    expect(state.primeLater('1h', [bar, bar])).toMatchObject({ outcome: 'refused', reason: 'impossible' });
    expect(state.primeLater('1h', [{ ...bar, openTime: bar.openTime + 1 }])).toMatchObject({ outcome: 'refused' });
  });
});
