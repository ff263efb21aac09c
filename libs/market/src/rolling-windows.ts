import { type CandleInProgress, MINUTE_MS } from './candle.ts';
import { EXACT_SUM_LENGTH, roundExact, splitExact } from './exact-sum.ts';
import { ExtremeQueue } from './extreme-queue.ts';
import { WINDOW_MINUTES_MAX } from './interval.ts';
import { MinuteRing } from './minute-ring.ts';
import type { Window } from './window.ts';

/** Columns whose window sums are kept exactly. Trades are whole numbers: their plain sum is exact. */
const summed = ['volume', 'quoteVolume', 'takerBuyQuoteVolume'] as const;

const parts = new Float64Array(3);
const scratch = new Float64Array(EXACT_SUM_LENGTH);

/**
 * Rolling windows over the closed candles of wall minutes. A new minute costs O(1) per window; a window is reported only
 * when every one of its minutes has a candle. State is a function of the ring alone, so it can be rebuilt from it.
 */
export class RollingWindows {
  readonly ring = new MinuteRing();
  readonly lengths: readonly number[];
  readonly #candles: Int32Array;
  readonly #trades: Float64Array;
  readonly #limbs: Float64Array;
  /** Limbs that were ever touched, per column: reading need not look at the others. */
  readonly #limbFrom = new Int32Array(summed.length).fill(EXACT_SUM_LENGTH);
  readonly #limbTo = new Int32Array(summed.length);
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
    this.#candles = new Int32Array(this.lengths.length);
    this.#trades = new Float64Array(this.lengths.length);
    this.#limbs = new Float64Array(this.lengths.length * summed.length * EXACT_SUM_LENGTH);
    this.#highs = new ExtremeQueue(this.ring.columns.high, 'highest', this.lengths);
    this.#lows = new ExtremeQueue(this.ring.columns.low, 'lowest', this.lengths);
  }

  /** The next wall minute has a candle. */
  append(minute: number, candle: CandleInProgress): void {
    this.#leave(minute);
    this.ring.append(minute, candle);
    for (let column = 0; column < summed.length; column++) {
      const value = candle[summed[column] as (typeof summed)[number]];
      if (value !== 0) this.#enter(column, value);
    }
    for (let window = 0; window < this.lengths.length; window++) {
      this.#candles[window] = (this.#candles[window] as number) + 1;
      this.#trades[window] = (this.#trades[window] as number) + candle.trades;
    }
    this.#highs.push(minute);
    this.#lows.push(minute);
    this.#highs.advance(minute);
    this.#lows.advance(minute);
  }

  /** The next wall minute has none. */
  appendHole(minute: number): void {
    this.#leave(minute);
    this.ring.appendHole(minute);
    this.#highs.advance(minute);
    this.#lows.advance(minute);
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
    if (this.#candles[window] !== minutes) return undefined;
    const { ring } = this;
    const { columns } = ring;
    const oldest = ring.slot(ring.newest - minutes + 1);
    return {
      minutes,
      open: columns.open[oldest] as number,
      oldestClose: columns.close[oldest] as number,
      high: this.#highs.value(window),
      low: this.#lows.value(window),
      close: columns.close[ring.slot(ring.newest)] as number,
      volume: this.#sum(window, 0),
      quoteVolume: this.#sum(window, 1),
      trades: this.#trades[window] as number,
      takerBuyQuoteVolume: this.#sum(window, 2),
    };
  }

  /** The same window with its last N - 1 closed minutes and the candle in progress; closed state stays as it is. */
  preview(window: number, candle: CandleInProgress): Window | undefined {
    const { ring } = this;
    const { columns } = ring;
    const minutes = this.lengths[window] as number;
    const minute = candle.openTime / MINUTE_MS;
    if (minutes === 1) return minute > ring.newest ? previewOfOne(candle) : undefined;
    if (minute !== ring.newest + 1) return undefined;
    const leaving = minute - minutes;
    const leaves = ring.has(leaving);
    if ((this.#candles[window] as number) - (leaves ? 1 : 0) !== minutes - 1) return undefined;
    const oldest = ring.slot(leaving + 1);
    const left = ring.slot(leaving);
    const sum = (column: number): number => this.#previewSum(window, column, leaves ? left : -1, candle);
    return {
      minutes,
      open: columns.open[oldest] as number,
      oldestClose: columns.close[oldest] as number,
      high: Math.max(this.#highs.valueAfter(window, leaving), candle.high),
      low: Math.min(this.#lows.valueAfter(window, leaving), candle.low),
      close: candle.close,
      volume: sum(0),
      quoteVolume: sum(1),
      trades: (this.#trades[window] as number) - (leaves ? (columns.trades[left] as number) : 0) + candle.trades,
      takerBuyQuoteVolume: sum(2),
    };
  }

  /** Takes from every window the minute that `entering` pushes out; before the ring forgets it. */
  #leave(entering: number): void {
    const { ring } = this;
    const limbs = this.#limbs;
    for (let window = 0; window < this.lengths.length; window++) {
      const leaving = entering - (this.lengths[window] as number);
      if (!ring.has(leaving)) continue;
      const slot = ring.slot(leaving);
      this.#candles[window] = (this.#candles[window] as number) - 1;
      this.#trades[window] = (this.#trades[window] as number) - (ring.columns.trades[slot] as number);
      for (let column = 0; column < summed.length; column++) {
        const value = this.#column(column)[slot] as number;
        if (value === 0) continue;
        const at = this.#base(window, column) + splitExact(value, parts);
        limbs[at] = (limbs[at] as number) - (parts[0] as number);
        limbs[at + 1] = (limbs[at + 1] as number) - (parts[1] as number);
        limbs[at + 2] = (limbs[at + 2] as number) - (parts[2] as number);
      }
    }
  }

  #enter(column: number, value: number): void {
    const limbs = this.#limbs;
    const first = splitExact(value, parts);
    if (first < (this.#limbFrom[column] as number)) this.#limbFrom[column] = first;
    if (first + 2 > (this.#limbTo[column] as number)) this.#limbTo[column] = first + 2;
    for (let window = 0; window < this.lengths.length; window++) {
      const at = this.#base(window, column) + first;
      limbs[at] = (limbs[at] as number) + (parts[0] as number);
      limbs[at + 1] = (limbs[at + 1] as number) + (parts[1] as number);
      limbs[at + 2] = (limbs[at + 2] as number) + (parts[2] as number);
    }
  }

  #sum(window: number, column: number): number {
    return roundExact(
      this.#limbs,
      this.#base(window, column),
      this.#limbFrom[column] as number,
      this.#limbTo[column] as number,
    );
  }

  #previewSum(window: number, column: number, leavingSlot: number, candle: CandleInProgress): number {
    const base = this.#base(window, column);
    const entering = candle[summed[column] as (typeof summed)[number]];
    const first = splitExact(entering, parts);
    let from = this.#limbFrom[column] as number;
    let to = this.#limbTo[column] as number;
    if (entering !== 0) {
      from = Math.min(from, first);
      to = Math.max(to, first + 2);
    }
    for (let limb = from; limb <= to + 1; limb++) scratch[limb] = this.#limbs[base + limb] as number;
    for (let part = 0; part < 3; part++) {
      scratch[first + part] = (scratch[first + part] as number) + (parts[part] as number);
    }
    if (leavingSlot >= 0) {
      const at = splitExact(this.#column(column)[leavingSlot] as number, parts);
      for (let part = 0; part < 3; part++) {
        scratch[at + part] = (scratch[at + part] as number) - (parts[part] as number);
      }
    }
    return roundExact(scratch, 0, from, to);
  }

  #base(window: number, column: number): number {
    return (window * summed.length + column) * EXACT_SUM_LENGTH;
  }

  #column(column: number): Float64Array {
    return this.ring.columns[summed[column] as (typeof summed)[number]];
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
