/** Ten thousand seeded series through the state, beside a fresh loop over the same candles. */
import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { seededRandom } from '../fixtures/test-candles.ts';
import { type Candle, MINUTE_MS } from './candle.ts';
import { fullIndicatorTable } from './indicators/indicator-table.ts';
import type { MinuteMetrics } from './instrument-fold.ts';
import { InstrumentState } from './instrument-state.ts';
import { intervalName, WINDOW_MINUTES_MAX, windowMinutes } from './interval.ts';
import type { StatisticName } from './statistics/statistic-table.ts';
import { compareIndicators } from './testing/near-indicators.ts';
import { type Random, seededSeries, seriesKindOf, silenceMinutes, tradedOtherwise } from './testing/seeded-series.ts';
import { slowBarValues, slowWindows } from './testing/slow-metrics.ts';
import { slowStatistics } from './testing/slow-statistics.ts';

const seriesCount = 10_000;
/** Every so many a series that is long enough for the longest windows and for bars of hours. */
const longEvery = 400;
const checksPerSeries = 1;
const correctedShare = 0.01;
const outputs = fullIndicatorTable.flatMap(({ indicator }) => indicator.outputs);
const short = { windows: [1, 5, 15, 30, 60], bars: [1, 5, 15, 60] };
const long = { windows: windowMinutes, bars: [5, 15, 60, 240, 480, 1_440] };

interface Seen {
  windows: number;
  values: number;
  statistics: number;
  corrections: number;
  gaps: number;
  silences: number;
  longest: number;
}

interface Lengths {
  readonly windows: readonly number[];
  readonly bars: readonly number[];
}

/** As of the last of the candles. */
function compare(what: string, metrics: MinuteMetrics, candles: readonly Candle[], lengths: Lengths, seen: Seen): void {
  const slow = slowWindows(candles.slice(-WINDOW_MINUTES_MAX), lengths.windows);
  if (!isDeepStrictEqual(metrics.windows, slow)) expect(metrics.windows, what).toEqual(slow);
  seen.windows += slow.length;
  seen.longest = Math.max(seen.longest, slow.at(-1)?.minutes ?? 0);
  for (const [name, expected] of Object.entries(slowStatistics(candles))) {
    const found = metrics.statistics?.[name as StatisticName];
    // In single precision; the order of a sum may decide how it is rounded.
    if (
      Math.abs((found ?? 0) - (expected ?? 0)) > 1e-7 * Math.abs(expected ?? 0) ||
      (found === undefined) !== (expected === undefined)
    ) {
      expect.fail(`${what}, ${name}: expected ${expected}, found ${found}`);
    }
    if (expected !== undefined) seen.statistics++;
  }
  const magnitudes = { price: metrics.price, volume: Math.max(...candles.map(({ volume }) => volume)) };
  for (const minutes of lengths.bars) {
    const expected = slowBarValues(candles, minutes, metrics.openTime + MINUTE_MS);
    const found = metrics.indicators.find(({ interval }) => interval === intervalName(minutes));
    const { compared, difference } = compareIndicators(outputs, found, expected, magnitudes);
    if (difference !== undefined) expect.fail(`${what}, ${minutes} minutes, ${difference}`);
    seen.values += compared;
  }
}

function metricsOf<T extends { readonly outcome: string }>(result: T): Exclude<T, { outcome: 'refused' }> {
  if (result.outcome === 'refused') throw new Error(JSON.stringify(result));
  return result as Exclude<T, { outcome: 'refused' }>;
}

/** Another candle for one of the last minutes; every metric since is revised. */
function correctOne(state: InstrumentState, candles: Candle[], random: Random): readonly MinuteMetrics[] {
  const newest = candles.at(-1)?.openTime ?? 0;
  const place = Math.max(0, candles.length - 1 - Math.floor(random() * (random() < 0.5 ? 5 : candles.length)));
  const old = candles[place];
  if (old === undefined || old.openTime <= newest - WINDOW_MINUTES_MAX * MINUTE_MS) return [];
  const changed = tradedOtherwise(old, random);
  candles[place] = changed;
  return metricsOf(state.correct(changed)).revised;
}

function runSeries(seed: number, seen: Seen): void {
  const random = seededRandom(seed * 7_919);
  const isLong = seed % longEvery === 0;
  const count = isLong ? 1_500 + Math.floor(random() * 2_900) : 12 + Math.floor(random() * 60);
  const series = seededSeries(random, seriesKindOf(seed), count);
  const custom = 2 + Math.floor(random() * (isLong ? WINDOW_MINUTES_MAX - 2 : count));
  const lengths = isLong ? long : short;
  const windows = [...new Set([...lengths.windows, custom])].sort((one, other) => one - other);
  const state = new InstrumentState({ windows });
  const checked = new Set(Array.from({ length: checksPerSeries }, () => Math.floor(random() * count)));
  const candles: Candle[] = [];
  for (const [index, candle] of series.entries()) {
    const missing = (candle.openTime - (series[index - 1] ?? candle).openTime) / MINUTE_MS - 1;
    if (missing > 0) {
      seen.gaps++;
      if (missing >= silenceMinutes) seen.silences++;
      // Announced up to some minute, or not at all: the same.
      if (random() < 0.5) state.addGap(candle.openTime - Math.ceil(random() * missing) * MINUTE_MS);
    }
    candles.push(candle);
    const what = `series ${seed} at ${index}`;
    const metrics = metricsOf(state.add(candle));
    if (checked.has(index)) compare(what, metrics, candles, { ...lengths, windows }, seen);
    if (random() >= correctedShare) continue;
    const revised = correctOne(state, candles, random);
    seen.corrections += revised.length;
    const first = revised[0];
    if (first === undefined) continue;
    const until = candles.findIndex(({ openTime }) => openTime === first.openTime);
    compare(`${what}, revised`, first, candles.slice(0, until + 1), { ...lengths, windows }, seen);
  }
  const current = state.current();
  if (current === undefined) throw new Error(`series ${seed} ends without a candle`);
  compare(`series ${seed} at its end`, current, candles, { ...lengths, windows }, seen);
}

it('windows and indicators of 10,000 series equal a fresh loop over the candles', { timeout: 240_000 }, () => {
  const seen: Seen = { windows: 0, values: 0, statistics: 0, corrections: 0, gaps: 0, silences: 0, longest: 0 };
  for (let seed = 1; seed <= seriesCount; seed++) runSeries(seed, seen);
  expect(seen.windows).toBeGreaterThan(3 * seriesCount);
  expect(seen.values).toBeGreaterThan(20 * seriesCount);
  expect(seen.statistics).toBeGreaterThan(400);
  expect(seen.corrections).toBeGreaterThan(seriesCount);
  expect(seen.gaps).toBeGreaterThan(seriesCount);
  expect(seen.silences).toBeGreaterThan(seriesCount / 10);
  expect(seen.longest).toBe(WINDOW_MINUTES_MAX);
});
