/** Whatever came in between, in whatever order: the state and the metrics are those of the straight run, bit for bit. */
import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { seededRandom } from '../fixtures/test-candles.ts';
import { type Candle, MINUTE_MS } from './candle.ts';
import type { MinuteMetrics } from './instrument-fold.ts';
import { InstrumentState } from './instrument-state.ts';
import { WINDOW_MINUTES_MAX } from './interval.ts';
import { type Random, seededSeries, seriesKindOf, tradedOtherwise } from './testing/seeded-series.ts';

const seeds = 60;
/** Of the same disturbances, each at other moments. */
const ordersPerSeed = 3;
const longEvery = 12;
const wrongShare = 0.02;

/** How a minute came that was something else in the end. */
interface Disturbed {
  readonly truth: Candle;
  /** What was said at first; undefined: that it cannot be had, or nothing at all. */
  readonly first: Candle | undefined;
}

interface Straight {
  readonly bytes: Uint8Array;
  readonly metrics: ReadonlyMap<number, MinuteMetrics>;
}

interface Happened {
  corrections: number;
  repeats: number;
  restarts: number;
  gaps: number;
  /** Minutes compared that were judged by a whole day. */
  scores: number;
}

function straightRun(candles: readonly Candle[]): Straight {
  const state = new InstrumentState();
  const metrics = new Map<number, MinuteMetrics>();
  for (const candle of candles) {
    const result = state.add(candle);
    if (result.outcome === 'refused') throw new Error(result.text);
    metrics.set(candle.openTime, result);
  }
  return { bytes: state.toBytes(), metrics };
}

/** First and last minute come as they are: before the first there is nothing to correct, and after the last nothing comes. */
function disturb(candles: readonly Candle[], random: Random): readonly Disturbed[] {
  return candles.map((truth, index) => {
    const isSafe = index === 0 || index === candles.length - 1 || random() >= wrongShare;
    return { truth, first: isSafe ? truth : random() < 0.4 ? undefined : tradedOtherwise(truth, random) };
  });
}

/** A state that ends at any moment and goes on from an older snapshot, with everything since once more. */
class Restarting {
  state = new InstrumentState();
  readonly metrics = new Map<number, MinuteMetrics>();
  readonly #happened: Happened;
  #snapshot = this.state.toBytes();
  #since: ((state: InstrumentState) => readonly MinuteMetrics[])[] = [];

  constructor(happened: Happened) {
    this.#happened = happened;
  }

  apply(step: (state: InstrumentState) => readonly MinuteMetrics[]): void {
    for (const each of step(this.state)) this.metrics.set(each.openTime, each);
    this.#since.push(step);
  }

  snapshot(): void {
    this.#snapshot = this.state.toBytes();
    this.#since = [];
  }

  restart(): void {
    this.#happened.restarts++;
    this.state = InstrumentState.fromBytes(this.#snapshot);
    for (const step of this.#since) step(this.state);
  }
}

const added =
  (candle: Candle) =>
  (state: InstrumentState): readonly MinuteMetrics[] => {
    const result = state.add(candle);
    return result.outcome === 'metrics' ? [result] : [];
  };

const corrected =
  (candle: Candle) =>
  (state: InstrumentState): readonly MinuteMetrics[] => {
    const result = state.correct(candle);
    if (result.outcome === 'corrected') return result.revised;
    throw new Error(result.text);
  };

/** One order of everything: which correction comes when, what is repeated, where snapshots and restarts fall. */
function disturbedRun(minutes: readonly Disturbed[], random: Random, happened: Happened): Restarting {
  const run = new Restarting(happened);
  const due: { readonly at: number; readonly truth: Candle }[] = [];
  const last = minutes.length - 1;
  for (const [index, { truth, first }] of minutes.entries()) {
    if (first !== undefined) run.apply(added(first));
    else if (random() < 0.5) {
      happened.gaps++;
      run.apply((state) => {
        state.addGap(truth.openTime);
        return [];
      });
    }
    if (first !== truth) due.push({ at: latestFor(minutes, index, random), truth });
    if (random() < 0.05) {
      happened.repeats++;
      const again = minutes[Math.max(0, index - Math.floor(random() * 30))]?.truth;
      // What came already, and what is older than the newest minute, changes nothing.
      if (again !== undefined && again.openTime <= (run.state.newestOpenTime ?? -1)) run.apply(added(again));
    }
    // Not before something newer has closed: a minute that nobody announced is not there yet.
    const newest = run.state.newestOpenTime ?? -1;
    const now = due.filter(({ at, truth: late }) => (at <= index || index === last) && late.openTime <= newest);
    for (const each of shuffled(now, random)) {
      happened.corrections++;
      run.apply(corrected(each.truth));
      due.splice(due.indexOf(each), 1);
    }
    if (random() < 0.01) run.snapshot();
    if (random() < 0.01) run.restart();
  }
  expect(due).toEqual([]);
  return run;
}

/** Some minute up to the last from which the truth of this one may still come. */
function latestFor(minutes: readonly Disturbed[], index: number, random: Random): number {
  const { openTime } = (minutes[index] as Disturbed).truth;
  let until = index;
  while (
    until + 1 < minutes.length &&
    (minutes[until + 1]?.truth.openTime ?? Infinity) < openTime + (WINDOW_MINUTES_MAX - 1) * MINUTE_MS
  )
    until++;
  return index + Math.floor(random() * (until - index + 1));
}

const shuffled = <T>(items: readonly T[], random: Random): T[] =>
  items
    .map((item) => ({ item, place: random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);

it('any order of gaps, corrections, repeats, restarts and snapshots gives the same bits', { timeout: 240_000 }, () => {
  const happened: Happened = { corrections: 0, repeats: 0, restarts: 0, gaps: 0, scores: 0 };
  for (let seed = 1; seed <= seeds; seed++) {
    const random = seededRandom(seed * 104_729);
    const count = seed % longEvery === 0 ? 1_600 + Math.floor(random() * 1_600) : 60 + Math.floor(random() * 240);
    const minutes = disturb(seededSeries(random, { ...seriesKindOf(seed), hasSilence: false }, count), random);
    const straight = straightRun(minutes.map(({ truth }) => truth));
    for (let order = 1; order <= ordersPerSeed; order++) {
      const what = `seed ${seed}, order ${order}`;
      const run = disturbedRun(minutes, random, happened);
      expect(Buffer.compare(run.state.toBytes(), straight.bytes), what).toBe(0);
      for (const [openTime, expected] of straight.metrics) {
        const found = run.metrics.get(openTime);
        if (expected.statistics?.range_z_1m !== undefined) happened.scores++;
        if (!isDeepStrictEqual(found, expected)) expect(found, `${what}, minute ${openTime}`).toEqual(expected);
      }
      expect(run.metrics.size, what).toBe(straight.metrics.size);
    }
  }
  expect(happened.corrections).toBeGreaterThan(500);
  expect(happened.repeats).toBeGreaterThan(500);
  expect(happened.restarts).toBeGreaterThan(200);
  expect(happened.gaps).toBeGreaterThan(100);
  expect(happened.scores).toBeGreaterThan(1_000);
});
