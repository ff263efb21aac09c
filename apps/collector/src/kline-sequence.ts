/**
 * Puts the closed candles of one instrument in order, wherever they come from: lets through exactly one per minute,
 * without a hole. Pure: what to do about a hole is decided elsewhere.
 */
import { type Candle, MINUTE_MS } from '@screener/market';

export type Source = 'stream' | 'rest' | 'synthetic';

export interface SequencedCandle {
  readonly candle: Candle;
  readonly source: Source;
}

/** Minutes that a candle may come ahead of its turn. Those beyond are let go: they can be fetched. */
export const heldMax = 240;

export class KlineSequence {
  #next: number | undefined;
  readonly #held = new Map<number, SequencedCandle>();

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

  /** It waits for its turn. */
  holds(openTime: number): boolean {
    return this.#held.has(openTime);
  }

  /** Says which minute comes first; returns what had been waiting for it. */
  start(next: number): readonly SequencedCandle[] {
    this.#next = next;
    for (const openTime of this.#held.keys()) if (openTime < next) this.#held.delete(openTime);
    return this.#release();
  }

  /** Returns the candles whose turn it is now, in order; what is a repeat or too late is dropped. */
  offer(candle: Candle, source: Source): readonly SequencedCandle[] {
    const { openTime } = candle;
    if (this.#next !== undefined && openTime < this.#next) return [];
    if (openTime !== this.#next) {
      if (this.#next !== undefined && openTime > this.#next + heldMax * MINUTE_MS) return [];
      // What REST says counts for more than what was pushed.
      const replaces = !this.#held.has(openTime) || source === 'rest';
      if (replaces && (this.#held.size < heldMax || this.#held.has(openTime))) {
        this.#held.set(openTime, { candle, source });
      }
      return [];
    }
    this.#next = openTime + MINUTE_MS;
    this.#held.delete(openTime);
    return [{ candle, source }, ...this.#release()];
  }

  /** Goes on without the next minute; returns what it held up. */
  skip(): readonly SequencedCandle[] {
    if (this.#next === undefined) return [];
    this.#next += MINUTE_MS;
    return this.#release();
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
