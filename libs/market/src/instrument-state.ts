import { type BarIndicators, IndicatorSet } from './bar-indicators.ts';
import { type Candle, type CandleInProgress, candleProblem, MINUTE_MS, openTimeProblem } from './candle.ts';
import { type IndicatorLayout, indicatorLayoutOf } from './indicators/indicator-layout.ts';
import { type IndicatorRow, indicatorTable } from './indicators/indicator-table.ts';
import { readSnapshot, writeSnapshot } from './instrument-snapshot.ts';
import { intervalMinutes, windowMinutes } from './interval.ts';
import { RollingWindows } from './rolling-windows.ts';
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
}

/** The minute has no candle: no window is full, indicators stand as they stood. */
export interface GapAccepted {
  readonly outcome: 'gap';
  readonly openTime: number;
  readonly windows: readonly [];
  readonly indicators: readonly BarIndicators[];
}

/** Nothing changed. */
export interface Refused {
  readonly outcome: 'refused';
  /** `duplicate`: the newest minute again; `late`: an older one; `impossible`: no exchange can have meant it. */
  readonly reason: 'duplicate' | 'late' | 'impossible';
  /** One line for people. */
  readonly text: string;
}

/** The windows with the candle in progress; never final. */
export interface LiveMetrics {
  readonly openTime: number;
  readonly price: number;
  readonly windows: readonly Window[];
}

export interface InstrumentStateOptions {
  /** Lengths of the windows to report, in minutes; default: those that metrics events carry. */
  readonly windows?: readonly number[];
  /** Default: those that metrics events carry. */
  readonly indicators?: readonly IndicatorRow[];
}

const DAY_MINUTES = intervalMinutes['1d'];

/**
 * Everything known of one instrument: the closed candles of the last 1,440 minutes, the windows over them, the memory of
 * its indicators. A pure fold: the same candles and gaps in give the same bits out, wherever it was snapshot in between.
 */
export class InstrumentState {
  readonly #windows: RollingWindows;
  readonly #layout: IndicatorLayout;
  readonly #indicators: IndicatorSet;
  /** Places in `RollingWindows.lengths` that are reported; the others only make bars. */
  readonly #reported: readonly number[];
  readonly #placeOf: ReadonlyMap<number, number>;

  constructor({ windows = windowMinutes, indicators = indicatorTable }: InstrumentStateOptions = {}) {
    this.#layout = indicatorLayoutOf(indicators);
    this.#indicators = new IndicatorSet(this.#layout);
    this.#windows = new RollingWindows([...windows, ...this.#layout.intervals.map(({ minutes }) => minutes)]);
    this.#placeOf = new Map(this.#windows.lengths.map((minutes, place) => [minutes, place]));
    this.#reported = this.#windows.lengths.flatMap((minutes, place) => (windows.includes(minutes) ? [place] : []));
  }

  /** Open time of the newest closed minute, candle or gap; undefined before the first. */
  get newestOpenTime(): number | undefined {
    const { newest } = this.#windows.ring;
    return newest < 0 ? undefined : newest * MINUTE_MS;
  }

  /** The next closed candle. Minutes between the newest and this one become gaps. */
  add(candle: Candle): MinuteMetrics | Refused {
    const problem = candleProblem(candle);
    if (problem !== undefined) return { outcome: 'refused', reason: 'impossible', text: problem };
    const refused = this.#refuseOld(candle.openTime);
    if (refused) return refused;
    const minute = candle.openTime / MINUTE_MS;
    this.#holesUntil(minute - 1);
    this.#windows.append(minute, candle);
    this.#closeBars(minute);
    return { outcome: 'metrics', ...this.#metrics(candle) };
  }

  /** The next minute, or a later one, whose candle cannot be had. */
  addGap(openTime: number): GapAccepted | Refused {
    const problem = openTimeProblem(openTime);
    if (problem !== undefined) return { outcome: 'refused', reason: 'impossible', text: problem };
    const refused = this.#refuseOld(openTime);
    if (refused) return refused;
    const minute = openTime / MINUTE_MS;
    if (this.#windows.ring.newest < 0) this.#windows.appendHole(minute);
    else this.#holesUntil(minute);
    return { outcome: 'gap', openTime, windows: [], indicators: this.#indicators.warm };
  }

  /** The newest closed minute again, for a reader that comes later; undefined when it is a gap or there is none. */
  current(): MinuteMetrics | undefined {
    const { ring } = this.#windows;
    const candle = ring.read(ring.newest);
    return candle && { outcome: 'metrics', ...this.#metrics(candle) };
  }

  /** Windows of N - 1 closed minutes and the candle in progress; undefined for a minute that is closed already. */
  preview(candle: CandleInProgress): LiveMetrics | undefined {
    const newest = this.newestOpenTime;
    if (candleProblem(candle) !== undefined || (newest !== undefined && candle.openTime <= newest)) return undefined;
    const windows: Window[] = [];
    for (const place of this.#reported) {
      const window = this.#windows.preview(place, candle);
      if (window) windows.push(window);
    }
    return { openTime: candle.openTime, price: candle.close, windows };
  }

  /** A compact snapshot, bit for bit: a state made from it goes on exactly as this one. */
  toBytes(): Uint8Array {
    return writeSnapshot(this.#windows, this.#layout.name, this.#indicators.memory);
  }

  /** Throws SnapshotUnreadable. */
  static fromBytes(bytes: Uint8Array, options: InstrumentStateOptions = {}): InstrumentState {
    const state = new InstrumentState(options);
    readSnapshot(bytes, state.#windows, state.#layout.name, state.#indicators.memory);
    state.#indicators.memoryRestored(state.#windows.ring.newest);
    return state;
  }

  #metrics(candle: CandleInProgress): Omit<MinuteMetrics, 'outcome'> {
    const windows: Window[] = [];
    for (const place of this.#reported) {
      const window = this.#windows.read(place);
      if (window) windows.push(window);
    }
    return { openTime: candle.openTime, price: candle.close, windows, indicators: this.#indicators.warm };
  }

  #refuseOld(openTime: number): Refused | undefined {
    const newest = this.newestOpenTime;
    if (newest === undefined || openTime > newest) return undefined;
    const reason = openTime === newest ? 'duplicate' : 'late';
    return { outcome: 'refused', reason, text: `open time ${openTime} is not after ${newest}` };
  }

  #holesUntil(minute: number): void {
    const { ring } = this.#windows;
    if (ring.newest < 0 || ring.newest >= minute) return;
    // A day of holes ends at least one bar of every interval: what follows can change no indicator any more.
    const last = Math.min(minute, ring.newest + DAY_MINUTES);
    for (let hole = ring.newest + 1; hole <= last; hole++) {
      this.#windows.appendHole(hole);
      this.#closeBars(hole);
    }
    this.#windows.appendHolesUntil(minute);
  }

  #closeBars(minute: number): void {
    this.#indicators.minuteClosed(minute, this.#barOf);
  }

  // A clock-aligned bar that ends with the newest minute is the rolling window of the same length.
  readonly #barOf = (minutes: number): Window | undefined => {
    const place = this.#placeOf.get(minutes);
    return place === undefined ? undefined : this.#windows.read(place);
  };
}
