/** What was written of one instrument's last minutes: late frames and REST are compared with it. */
import type { Candle } from '@screener/market';
import type { Source } from './kline-sequence.ts';

export interface WrittenCandle {
  readonly candle: Candle;
  readonly source: Source;
}

/** More than one request for the least weight can ask about, so that a comparison always finds its counterpart. */
export const recentMinutesMax = 128;

export class RecentCandles {
  /** In the order of their minutes; null where there is a gap. */
  readonly #written = new Map<number, WrittenCandle | null>();

  get oldest(): number | undefined {
    for (const openTime of this.#written.keys()) return openTime;
    return undefined;
  }

  get newest(): number | undefined {
    return [...this.#written.keys()].at(-1);
  }

  /** The last minute again changes its place, never its order. */
  put(openTime: number, written: WrittenCandle | null): void {
    this.#written.set(openTime, written);
    while (this.#written.size > recentMinutesMax) {
      for (const oldest of this.#written.keys()) {
        this.#written.delete(oldest);
        break;
      }
    }
  }

  /** undefined: too long ago; null: a gap. */
  at(openTime: number): WrittenCandle | null | undefined {
    return this.#written.get(openTime);
  }
}
