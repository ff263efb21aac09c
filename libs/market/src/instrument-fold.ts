import { type BarIndicators, type BarSource, IndicatorSet } from './bar-indicators.ts';
import type { CandleInProgress } from './candle.ts';
import { DayCheckpoints } from './day-checkpoints.ts';
import type { IndicatorLayout } from './indicators/indicator-layout.ts';
import { intervalMinutes } from './interval.ts';
import { MinuteArchive } from './minute-archive.ts';
import type { PrimedBars } from './primed-bars.ts';
import { RollingWindows } from './rolling-windows.ts';
import { DayStatistics } from './statistics/day-statistics.ts';
import type { Statistics } from './statistics/statistic-table.ts';
import type { Window } from './window.ts';

/** Numbers of an instrument as of a closed minute. */
export interface MinuteMetrics {
  readonly outcome: 'metrics';
  readonly openTime: number;
  /** Close of that minute. */
  readonly price: number;
  /** Full windows, ascending. */
  readonly windows: readonly Window[];
  readonly indicators: readonly BarIndicators[];
  /** Absent while none of them is there. */
  readonly statistics?: Statistics | undefined;
}

/** What is computed, for every instrument alike. */
export interface FoldContents {
  readonly layout: IndicatorLayout;
  /** Lengths of the windows that are reported, in minutes. */
  readonly windows: readonly number[];
  readonly statistics: boolean;
  /** Whether a closed candle can become another later: what that takes is kept. */
  readonly corrections: boolean;
}

const DAY_MINUTES = intervalMinutes['1d'];

/**
 * Windows and indicators, minute by minute, and what is kept to do it again: the candles of the day before the ring's, and what
 * indicators remembered at midnight.
 */
export class InstrumentFold implements BarSource {
  readonly windows: RollingWindows;
  readonly indicators: IndicatorSet;
  readonly archive: MinuteArchive;
  readonly checkpoints: DayCheckpoints;
  /** undefined: they are not asked for. */
  readonly statistics: DayStatistics | undefined;
  readonly #corrections: boolean;
  /** Places in `RollingWindows.lengths` that are reported; the others only make bars. */
  readonly #reported: readonly number[];
  /** Windows as of the newest minute, by their place; read once and used twice. */
  readonly #current: (Window | undefined)[];

  constructor(
    { layout, windows, statistics, corrections }: FoldContents,
    archive: MinuteArchive = new MinuteArchive(),
    checkpoints: DayCheckpoints = new DayCheckpoints(),
  ) {
    this.indicators = new IndicatorSet(layout);
    this.windows = new RollingWindows([...windows, ...layout.intervals.map(({ minutes }) => minutes)]);
    this.#corrections = corrections;
    this.archive = archive;
    this.checkpoints = checkpoints;
    this.statistics = statistics ? new DayStatistics(this.windows.ring) : undefined;
    const { lengths } = this.windows;
    this.#reported = lengths.flatMap((minutes, place) => (windows.includes(minutes) ? [place] : []));
    this.#current = lengths.map(() => undefined);
  }

  /** Before the first minute. */
  begin(minute: number, primed: PrimedBars | undefined): void {
    if (primed !== undefined) this.indicators.prime(primed, minute);
    this.checkpoints.begin(minute, this.indicators.memory);
  }

  append(minute: number, candle: CandleInProgress): void {
    this.enter(minute, candle);
    this.#close(minute);
  }

  appendHole(minute: number): void {
    this.enter(minute, undefined);
    this.#close(minute);
  }

  /** Takes a minute in without closing it: for indicators it did not happen. */
  enter(minute: number, candle: CandleInProgress | undefined): void {
    if (this.#corrections) this.archive.ringAdvances(this.windows.ring, minute);
    this.statistics?.leave(minute);
    if (candle === undefined) this.windows.appendHole(minute);
    else this.windows.append(minute, candle);
    this.statistics?.enter(minute);
  }

  /** Everything up to `minute` has no candle. */
  holesUntil(minute: number): void {
    const { ring } = this.windows;
    if (ring.newest < 0 || ring.newest >= minute) return;
    // A day of holes ends at least one bar of every interval: what follows can change no window and no indicator any more.
    const last = Math.min(minute, ring.newest + DAY_MINUTES);
    for (let hole = ring.newest + 1; hole <= last; hole++) this.appendHole(hole);
    if (last === minute) return;
    if (this.#corrections) this.archive.ringJumps(minute);
    this.windows.appendHolesUntil(minute);
    // Of the midnights that were jumped over, a correction may still need the last two.
    const midnight = Math.floor((minute + 1) / DAY_MINUTES) * DAY_MINUTES;
    for (const each of [midnight - DAY_MINUTES, midnight]) {
      if (each > last + 1) this.checkpoints.closed(each - 1, this.indicators.memory);
    }
  }

  metrics(candle: CandleInProgress): MinuteMetrics {
    const windows: Window[] = [];
    for (const place of this.#reported) {
      const window = this.#window(place);
      if (window) windows.push(window);
    }
    // They are the reader's now: thousands of instruments need not keep them for a minute.
    this.#current.fill(undefined);
    const { openTime, close } = candle;
    const statistics = this.statistics?.read();
    return { outcome: 'metrics', openTime, price: close, windows, indicators: this.indicators.warm, statistics };
  }

  /** Windows of N - 1 closed minutes and the candle in progress. */
  preview(candle: CandleInProgress): Window[] {
    const windows: Window[] = [];
    for (const place of this.#reported) {
      const window = this.windows.preview(place, candle);
      if (window) windows.push(window);
    }
    return windows;
  }

  // A clock-aligned bar that ends with the newest minute is the rolling window of the same length.
  whole(minutes: number): Window | undefined {
    const place = this.windows.lengths.indexOf(minutes);
    return place < 0 ? undefined : this.#window(place);
  }

  candles(from: number, to: number): readonly CandleInProgress[] | undefined {
    const candles: CandleInProgress[] = [];
    for (let minute = from; minute <= to; minute++) {
      const candle = this.windows.ring.read(minute);
      if (candle === undefined) return undefined;
      candles.push(candle);
    }
    return candles;
  }

  #close(minute: number): void {
    this.#current.fill(undefined);
    this.indicators.minuteClosed(minute, this);
    this.checkpoints.closed(minute, this.indicators.memory);
  }

  #window(place: number): Window | undefined {
    const { ring } = this.windows;
    const current = this.#current[place];
    if (current !== undefined) return current;
    if (!ring.has(ring.newest)) return undefined;
    const window = this.windows.read(place);
    if (window !== undefined) this.#current[place] = window;
    return window;
  }
}
