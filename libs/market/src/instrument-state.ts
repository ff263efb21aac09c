import type { BarIndicators } from './bar-indicators.ts';
import { type Candle, type CandleInProgress, candleProblem, MINUTE_MS, openTimeProblem } from './candle.ts';
import type { IndicatorBar } from './indicators/indicator.ts';
import { indicatorLayoutOf } from './indicators/indicator-layout.ts';
import { type IndicatorInterval, type IndicatorRow, indicatorTable } from './indicators/indicator-table.ts';
import { type FoldContents, InstrumentFold, type MinuteMetrics } from './instrument-fold.ts';
import { readSnapshot, writeSnapshot } from './instrument-snapshot.ts';
import { type IntervalName, intervalMinutes, WINDOW_MINUTES_MAX, windowMinutes } from './interval.ts';
import { type MinuteNumbers, marketWindows } from './market-wide/measure-instrument.ts';
import { PastWindows } from './past-windows.ts';
import { primeLater } from './prime-later.ts';
import { type PrimedBar, PrimedBars, primedBarsProblem } from './primed-bars.ts';
import { replayCorrected } from './replay-corrected.ts';
import type { Window } from './window.ts';

/** The minute has no candle: no window is full, indicators stand as they stood. */
export interface GapAccepted {
  readonly outcome: 'gap';
  readonly openTime: number;
  readonly windows: readonly [];
  readonly indicators: readonly BarIndicators[];
}

/** A closed candle became another. */
export interface CorrectionAccepted {
  readonly outcome: 'corrected';
  /** Metrics of every minute from the corrected one to the newest that has a candle, as they are now. */
  readonly revised: readonly MinuteMetrics[];
}

/** Nothing changed. */
export interface Refused {
  readonly outcome: 'refused';
  /**
   * `duplicate`: known already; `late`: older than what is taken in, or than what can be corrected; `early`: not closed yet;
   * `impossible`: no exchange can have meant it.
   */
  readonly reason: 'duplicate' | 'late' | 'early' | 'impossible';
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
  /** Whether the numbers of `statisticTable` are computed; default: they are. */
  readonly statistics?: boolean;
  /** Whether `correct` will be asked for; default: it will. Without, less has to be kept. */
  readonly corrections?: boolean;
}

/**
 * Everything known of one instrument: the closed candles of the last 1,440 minutes and, compressed, of the day before; the
 * windows over them; the memory of its indicators, now and at the last two midnights. A pure fold: the same candles, gaps and
 * corrections in give the same bits out, wherever it was snapshot in between.
 */
export class InstrumentState {
  readonly #contents: FoldContents;
  #fold: InstrumentFold;
  /** While older minutes than the newest are asked for. */
  #past: PastWindows | undefined;
  /** Until the first minute. */
  #primed: PrimedBars | undefined;

  constructor({
    windows = windowMinutes,
    indicators = indicatorTable,
    statistics = true,
    corrections = true,
  }: InstrumentStateOptions = {}) {
    this.#contents = { layout: indicatorLayoutOf(indicators), windows, statistics, corrections };
    this.#fold = new InstrumentFold(this.#contents);
  }

  /** Open time of the newest closed minute, candle or gap; undefined before the first. */
  get newestOpenTime(): number | undefined {
    const { newest } = this.#fold.windows.ring;
    return newest < 0 ? undefined : newest * MINUTE_MS;
  }

  /**
   * Bars that closed before the first candle, ascending: the indicators of the interval begin with them. All intervals, also those
   * without indicators, help to assemble the bars in which the first candle falls. Bars that reach beyond it are left out.
   */
  prime(interval: IntervalName, bars: readonly PrimedBar[]): { readonly outcome: 'primed' } | Refused {
    const minutes = intervalMinutes[interval];
    const problem = primedBarsProblem(minutes, bars);
    if (problem !== undefined) return refused('impossible', problem);
    if (this.newestOpenTime !== undefined) return refused('late', `bars of ${interval} came after the first candle`);
    this.#primed ??= new PrimedBars();
    this.#primed.byMinutes.set(minutes, bars);
    return { outcome: 'primed' };
  }

  /**
   * Bars that were fetched after candles had come: the indicators of the interval are as if they had seen these bars, and those
   * made of the candles since. The bar in progress must have begun with candles of ours.
   */
  primeLater(interval: IntervalName, bars: readonly PrimedBar[]): { readonly outcome: 'primed' } | Refused {
    const minutes = intervalMinutes[interval];
    const problem = primedBarsProblem(minutes, bars);
    if (problem !== undefined) return refused('impossible', problem);
    primeLater(this.#fold, this.#contents.layout, minutes, bars);
    return { outcome: 'primed' };
  }

  /** The next closed candle. Minutes between the newest and this one become gaps. */
  add(candle: Candle): MinuteMetrics | Refused {
    const problem = candleProblem(candle);
    if (problem !== undefined) return refused('impossible', problem);
    const old = this.#refuseOld(candle.openTime);
    if (old) return old;
    const minute = candle.openTime / MINUTE_MS;
    this.#begin(minute);
    this.#fold.holesUntil(minute - 1);
    this.#fold.append(minute, candle);
    return this.#fold.metrics(candle);
  }

  /** The next minute, or a later one, whose candle cannot be had. */
  addGap(openTime: number): GapAccepted | Refused {
    const problem = openTimeProblem(openTime);
    if (problem !== undefined) return refused('impossible', problem);
    const old = this.#refuseOld(openTime);
    if (old) return old;
    const minute = openTime / MINUTE_MS;
    this.#begin(minute);
    if (this.#fold.windows.ring.newest < 0) this.#fold.appendHole(minute);
    else this.#fold.holesUntil(minute);
    return { outcome: 'gap', openTime, windows: [], indicators: this.#fold.indicators.warm };
  }

  /**
   * The exchange states a closed minute of the last 1,440 differently, or has the candle of a gap after all. Everything is as if
   * the candle had come so in the first place.
   */
  correct(candle: Candle): CorrectionAccepted | Refused {
    const problem = candleProblem(candle);
    if (problem !== undefined) return refused('impossible', problem);
    if (!this.#contents.corrections) return refused('late', 'what a correction needs is not kept');
    const { ring } = this.#fold.windows;
    const minute = candle.openTime / MINUTE_MS;
    if (minute > ring.newest) return refused('early', `open time ${candle.openTime} is not closed yet`);
    if (minute <= ring.newest - WINDOW_MINUTES_MAX) {
      return refused('late', `open time ${candle.openTime} is more than ${WINDOW_MINUTES_MAX} minutes old`);
    }
    const checkpoint = this.#fold.checkpoints.before(minute);
    if (checkpoint === undefined) return refused('late', `open time ${candle.openTime} is before the first candle`);
    if (ring.holds(minute, candle))
      return refused('duplicate', `open time ${candle.openTime} is known with these values`);
    const revised: MinuteMetrics[] = [];
    this.forgetPast();
    this.#fold = replayCorrected({ fold: this.#fold, candle, checkpoint, revised }, (archive, checkpoints) => {
      return new InstrumentFold(this.#contents, archive, checkpoints);
    });
    return { outcome: 'corrected', revised };
  }

  /** The newest closed minute again, for a reader that comes later; undefined when it is a gap or there is none. */
  current(): MinuteMetrics | undefined {
    const { ring } = this.#fold.windows;
    const candle = ring.read(ring.newest);
    return candle && this.#fold.metrics(candle);
  }

  /**
   * What market-wide numbers need of a minute of the last 1,440, as the candles say now; undefined where it is a gap or is not
   * known. Minutes that are asked for in order cost little.
   */
  numbersAt(openTime: number): MinuteNumbers | undefined {
    const { ring } = this.#fold.windows;
    const minute = openTime / MINUTE_MS;
    if (minute >= ring.newest) this.forgetPast();
    if (minute === ring.newest) return this.current();
    const oldest = ring.newest - WINDOW_MINUTES_MAX + 1;
    // Windows that ended so early began with candles that only corrections keep.
    if (minute > ring.newest || minute < oldest || !this.#contents.corrections) return undefined;
    if (this.#past !== undefined && this.#past.minute >= oldest - 1 && this.#past.minute <= minute) {
      this.#past.follow(minute, ring);
    } else {
      this.#past = new PastWindows(marketWindows);
      this.#past.begin(minute, this.#fold);
    }
    const candle = ring.read(minute);
    return candle && { price: candle.close, windows: this.#past.read() };
  }

  /** No minute before the newest will be asked for soon: what `numbersAt` keeps for the next one, 90 kB, is let go. */
  forgetPast(): void {
    this.#past = undefined;
  }

  /** Windows of N - 1 closed minutes and the candle in progress; undefined for a minute that is closed already. */
  preview(candle: CandleInProgress): LiveMetrics | undefined {
    const newest = this.newestOpenTime;
    if (candleProblem(candle) !== undefined || (newest !== undefined && candle.openTime <= newest)) return undefined;
    const windows = this.#fold.preview(candle);
    return { openTime: candle.openTime, price: candle.close, windows };
  }

  /** Indicators as if the bar of the interval, which is still open, closed as it is; undefined when none would be warm. */
  previewIndicators(
    interval: IndicatorInterval,
    bar: IndicatorBar & { readonly openTime: number },
  ): BarIndicators | undefined {
    return this.#fold.indicators.preview(interval, bar);
  }

  /** A compact snapshot, bit for bit: a state made from it goes on exactly as this one. */
  toBytes(): Uint8Array {
    return writeSnapshot(this.#contents.layout.name, this.#fold, this.#primed);
  }

  /** Throws SnapshotUnreadable. */
  static fromBytes(bytes: Uint8Array, options: InstrumentStateOptions = {}): InstrumentState {
    const state = new InstrumentState(options);
    state.#primed = readSnapshot(bytes, state.#contents.layout.name, state.#fold);
    return state;
  }

  /** The first minute: what was primed becomes what indicators remember. */
  #begin(minute: number): void {
    if (this.newestOpenTime !== undefined) return;
    this.#fold.begin(minute, this.#primed);
    this.#primed = undefined;
  }

  #refuseOld(openTime: number): Refused | undefined {
    const newest = this.newestOpenTime;
    if (newest === undefined || openTime > newest) return undefined;
    return refused(openTime === newest ? 'duplicate' : 'late', `open time ${openTime} is not after ${newest}`);
  }
}

const refused = (reason: Refused['reason'], text: string): Refused => ({ outcome: 'refused', reason, text });
