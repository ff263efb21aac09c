/**
 * Puts the closed candles of one instrument in order, wherever they come from: lets through exactly one per minute,
 * without a hole. Pure: what to do about a hole is decided elsewhere.
 */
import { type Candle, MINUTE_MS } from '@screener/market';

export type Source = 'stream' | 'rest';

export interface SequencedCandle {
  readonly candle: Candle;
  readonly source: Source;
}

/** Candles that came ahead of their turn. Beyond it the newest are let go: they can be fetched. */
const heldMax = 4_000;

export class KlineSequence {
  #next: number | undefined;
  readonly #held = new Map<number, SequencedCandle>();
  /** Repeats and ones that came after their minute was settled. */
  dropped = 0;

  /** Open time of the minute that comes next; undefined before `start`. */
  get next(): number | undefined {
    return this.#next;
  }

  /** Open time of the oldest candle that waits for its turn. */
  get oldestHeld(): number | undefined {
    let oldest: number | undefined;
    for (const openTime of this.#held.keys()) if (oldest === undefined || openTime < oldest) oldest = openTime;
    return oldest;
  }

  /** Says which minute comes first; returns what had been waiting for it. */
  start(next: number): readonly SequencedCandle[] {
    this.#next = next;
    for (const openTime of this.#held.keys()) if (openTime < next) this.#held.delete(openTime);
    return this.#release();
  }

  /** Returns the candles whose turn it is now, in order. */
  offer(candle: Candle, source: Source): readonly SequencedCandle[] {
    const { openTime } = candle;
    if ((this.#next !== undefined && openTime < this.#next) || this.#held.has(openTime)) {
      this.dropped++;
      return [];
    }
    if (openTime !== this.#next) {
      if (this.#held.size < heldMax) this.#held.set(openTime, { candle, source });
      return [];
    }
    this.#next = openTime + MINUTE_MS;
    return [{ candle, source }, ...this.#release()];
  }

  /** Gives up the minutes before the oldest candle that waits; returns those minutes and what they held up. */
  giveUp(): { readonly gaps: readonly number[]; readonly released: readonly SequencedCandle[] } {
    const until = this.oldestHeld;
    const gaps: number[] = [];
    if (until === undefined || this.#next === undefined) return { gaps, released: [] };
    for (; this.#next < until; this.#next += MINUTE_MS) gaps.push(this.#next);
    return { gaps, released: this.#release() };
  }

  #release(): readonly SequencedCandle[] {
    const released: SequencedCandle[] = [];
    while (this.#next !== undefined) {
      const held = this.#held.get(this.#next);
      if (held === undefined) break;
      this.#held.delete(this.#next);
      released.push(held);
      this.#next += MINUTE_MS;
    }
    return released;
  }
}
