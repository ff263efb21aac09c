import { type CandleInProgress, MINUTE_MS } from './candle.ts';
import { EXTREME_LENGTH, ExtremeQueue } from './extreme-queue.ts';
import { WINDOW_MINUTES_MAX } from './interval.ts';
import {
  CLOSE,
  HIGH,
  LOW,
  MinuteRing,
  OPEN,
  QUOTE_VOLUME,
  TAKER_BUY_QUOTE_VOLUME,
  TRADES,
  VOLUME,
} from './minute-ring.ts';
import type { Window } from './window.ts';
import { SUMS_LENGTH, WindowSums } from './window-sums.ts';

// Places in the memory of a window.
const CANDLES = 0;
const TRADE_COUNT = 1;
const HIGHEST = 2;
const LOWEST = HIGHEST + EXTREME_LENGTH;
const SUMS = LOWEST + EXTREME_LENGTH;
const STRIDE = SUMS + SUMS_LENGTH;

const NONE = -1;
const leavingSlots = new Int32Array(WINDOW_MINUTES_MAX);

/**
 * Rolling windows over the closed candles of wall minutes. A new minute costs O(1) per window; a window is reported only
 * when every one of its minutes has a candle. State is a function of the ring alone, so it can be rebuilt from it.
 */
export class RollingWindows {
  readonly ring = new MinuteRing();
  readonly lengths: readonly number[];
  /** What is remembered of each window, one after the other: where it is written, all of it is read. */
  readonly #memory: Float64Array;
  readonly #sums: WindowSums;
  readonly #highs: ExtremeQueue;
  readonly #lows: ExtremeQueue;

  /** Lengths in minutes, any whole numbers from 1 to 1,440. */
  constructor(lengths: readonly number[]) {
    for (const length of lengths) {
      if (!Number.isInteger(length) || length < 1 || length > WINDOW_MINUTES_MAX) {
        throw new RangeError(`a window of ${length} minutes: expected a whole number from 1 to ${WINDOW_MINUTES_MAX}`);
      }
    }
    if (lengths.length === 0) throw new RangeError('no window: expected at least one length');
    this.lengths = [...new Set(lengths)].sort((a, b) => a - b);
    const memory = new Float64Array(this.lengths.length * STRIDE);
    this.#memory = memory;
    this.#sums = new WindowSums(this.ring, this.lengths, memory, SUMS, STRIDE);
    const queue = { ring: this.ring, windows: this.lengths, memory, stride: STRIDE };
    this.#highs = new ExtremeQueue({ ...queue, place: HIGH, side: 'highest', at: HIGHEST });
    this.#lows = new ExtremeQueue({ ...queue, place: LOW, side: 'lowest', at: LOWEST });
  }

  /** The next wall minute has a candle. */
  append(minute: number, candle: CandleInProgress): void {
    const { ring } = this;
    const memory = this.#memory;
    this.#leave(minute);
    ring.append(minute, candle);
    const slot = ring.slot(minute);
    for (let window = 0; window < this.lengths.length; window++) {
      const at = window * STRIDE;
      memory[at + CANDLES] = (memory[at + CANDLES] as number) + 1;
      memory[at + TRADE_COUNT] = (memory[at + TRADE_COUNT] as number) + candle.trades;
      this.#sums.enter(window, slot);
    }
    this.#sums.settle();
    this.#highs.push(minute);
    this.#lows.push(minute);
  }

  /** The next wall minute has none. */
  appendHole(minute: number): void {
    this.#leave(minute);
    this.ring.appendHole(minute);
    this.#sums.settle();
  }

  /** Everything up to `minute` has none, however far that is. */
  appendHolesUntil(minute: number): void {
    const { ring } = this;
    if (ring.newest >= 0) {
      const last = Math.min(minute, ring.newest + WINDOW_MINUTES_MAX);
      while (ring.newest < last) this.appendHole(ring.newest + 1);
    }
    // After so many holes nothing is left in the windows: the rest can be jumped over.
    if (ring.newest < minute) this.appendHole(minute);
  }

  /** The window of that index in `lengths`, when every minute of it has a candle. */
  read(window: number): Window | undefined {
    const minutes = this.lengths[window] as number;
    if (this.#memory[window * STRIDE + CANDLES] !== minutes) return undefined;
    const { ring } = this;
    const { values } = ring;
    const oldest = ring.slot(ring.newest - minutes + 1);
    return {
      minutes,
      open: values[oldest + OPEN] as number,
      oldestClose: values[oldest + CLOSE] as number,
      high: this.#highs.value(window),
      low: this.#lows.value(window),
      close: values[ring.slot(ring.newest) + CLOSE] as number,
      volume: this.#sums.value(window, 0),
      quoteVolume: this.#sums.value(window, 1),
      trades: this.#memory[window * STRIDE + TRADE_COUNT] as number,
      takerBuyQuoteVolume: this.#sums.value(window, 2),
    };
  }

  /** The same window with its last N - 1 closed minutes and the candle in progress; closed state stays as it is. */
  preview(window: number, candle: CandleInProgress): Window | undefined {
    const { ring } = this;
    const { values } = ring;
    const minutes = this.lengths[window] as number;
    const minute = candle.openTime / MINUTE_MS;
    if (minutes === 1) return minute > ring.newest ? previewOfOne(candle) : undefined;
    if (minute !== ring.newest + 1) return undefined;
    const leaving = minute - minutes;
    const leaves = ring.has(leaving);
    if ((this.#memory[window * STRIDE + CANDLES] as number) - (leaves ? 1 : 0) !== minutes - 1) return undefined;
    const oldest = ring.slot(leaving + 1);
    const left = ring.slot(leaving);
    const leavingOf = (place: number): number => (leaves ? (values[left + place] as number) : 0);
    return {
      minutes,
      open: values[oldest + OPEN] as number,
      oldestClose: values[oldest + CLOSE] as number,
      high: Math.max(this.#highs.valueAfter(window, leaving), candle.high),
      low: Math.min(this.#lows.valueAfter(window, leaving), candle.low),
      close: candle.close,
      volume: this.#sums.preview(window, 0, candle.volume, leavingOf(VOLUME)),
      quoteVolume: this.#sums.preview(window, 1, candle.quoteVolume, leavingOf(QUOTE_VOLUME)),
      trades: (this.#memory[window * STRIDE + TRADE_COUNT] as number) - leavingOf(TRADES) + candle.trades,
      takerBuyQuoteVolume: this.#sums.preview(window, 2, candle.takerBuyQuoteVolume, leavingOf(TAKER_BUY_QUOTE_VOLUME)),
    };
  }

  /** Takes from every window the minute that `entering` pushes out; before the ring forgets it. */
  #leave(entering: number): void {
    const { ring } = this;
    const { values } = ring;
    const memory = this.#memory;
    this.#highs.advance(entering);
    this.#lows.advance(entering);
    const { lengths } = this;
    // First all that has to come from memory, so that it comes at once; then what is done with it.
    for (let window = 0; window < lengths.length; window++) {
      const leaving = entering - (lengths[window] as number);
      leavingSlots[window] = ring.has(leaving) ? ring.slot(leaving) : NONE;
    }
    for (let window = 0; window < lengths.length; window++) {
      const slot = leavingSlots[window] as number;
      if (slot === NONE) continue;
      const at = window * STRIDE;
      memory[at + CANDLES] = (memory[at + CANDLES] as number) - 1;
      memory[at + TRADE_COUNT] = (memory[at + TRADE_COUNT] as number) - (values[slot + TRADES] as number);
      this.#sums.leave(window, slot);
    }
  }
}

const previewOfOne = (candle: CandleInProgress): Window => ({
  minutes: 1,
  open: candle.open,
  oldestClose: candle.close,
  high: candle.high,
  low: candle.low,
  close: candle.close,
  volume: candle.volume,
  quoteVolume: candle.quoteVolume,
  trades: candle.trades,
  takerBuyQuoteVolume: candle.takerBuyQuoteVolume,
});
