/** What followed each minute: computed from the prices alone, by something that no condition can see. */
import type { CandleTape } from './candle-tape.ts';

/** Which way a trade goes: a short one gains where the price falls. */
export type Side = 'long' | 'short';
export const sides: readonly Side[] = ['long', 'short'];

/** So many minutes after an alert. */
export const horizonMinutes: readonly number[] = [5, 15, 60, 240, 1_440];

/** What followed the minutes of one instrument from which a trade could be made. */
export interface PricePaths {
  /** Index in the tape, ascending. */
  readonly indexes: Int32Array;
  /** Of the same minutes: what a trade gained, in percent. */
  readonly returns: Float64Array;
  /** The worst it looked like on the way, in percent; 0 or less. */
  readonly drawdowns: Float64Array;
}

/**
 * A trade is entered at the open of the minute after the one at whose close a rule can fire, because that is the first price that
 * can be had, and left at the close `minutes` later. A minute is left out where one of these two candles is missing.
 */
export function pricePaths(
  tape: CandleTape,
  { from, to, minutes, side }: { from: number; to: number; minutes: number; side: Side },
): PricePaths {
  const last = Math.min(to, tape.length);
  const room = Math.max(0, last - from);
  const indexes = new Int32Array(room);
  const returns = new Float64Array(room);
  const drawdowns = new Float64Array(room);
  const worst = new RollingWorst(tape, side, minutes);
  const sign = side === 'long' ? 1 : -1;
  let count = 0;
  for (let index = from; index < last; index++) {
    const worstPrice = worst.advance(index);
    const entry = tape.price(index + 1, 'open');
    const exit = tape.price(index + minutes, 'close');
    const gained = sign * ((exit - entry) / entry) * 100;
    if (!Number.isFinite(gained)) continue;
    indexes[count] = index;
    returns[count] = gained;
    drawdowns[count] = Math.min(0, sign * ((worstPrice - entry) / entry) * 100);
    count++;
  }
  return {
    indexes: indexes.subarray(0, count),
    returns: returns.subarray(0, count),
    drawdowns: drawdowns.subarray(0, count),
  };
}

/** The lowest low (of a short trade: the highest high) of the minutes after each index: a monotonic queue. */
class RollingWorst {
  readonly #tape: CandleTape;
  readonly #minutes: number;
  readonly #field: 'low' | 'high';
  readonly #sign: 1 | -1;
  readonly #queue: Int32Array;
  #head = 0;
  #tail = 0;
  #taken: number | undefined;

  constructor(tape: CandleTape, side: Side, minutes: number) {
    this.#tape = tape;
    this.#minutes = minutes;
    this.#field = side === 'long' ? 'low' : 'high';
    this.#sign = side === 'long' ? 1 : -1;
    this.#queue = new Int32Array(minutes + 1);
  }

  /** Of the minutes from `index + 1` to `index + minutes`; indexes come in their order. NaN: none has a candle. */
  advance(index: number): number {
    const size = this.#queue.length;
    for (let next = this.#taken ?? index + 1; next <= index + this.#minutes; next++) {
      this.#taken = next + 1;
      const value = this.#value(next);
      if (Number.isNaN(value)) continue;
      while (this.#tail > this.#head && this.#value(this.#queue[(this.#tail - 1) % size] as number) >= value)
        this.#tail--;
      // Whatever fell out is let go first, so that the queue never holds more than its minutes.
      this.#drop(index);
      this.#queue[this.#tail++ % size] = next;
    }
    this.#drop(index);
    if (this.#tail === this.#head) return Number.NaN;
    return this.#sign * this.#value(this.#queue[this.#head % size] as number);
  }

  #drop(index: number): void {
    while (this.#tail > this.#head && (this.#queue[this.#head % this.#queue.length] as number) <= index) this.#head++;
  }

  /** As a lowest one, also where the highest is asked for. */
  #value(index: number): number {
    return this.#sign * this.#tape.price(index, this.#field);
  }
}
