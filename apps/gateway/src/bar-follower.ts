import { barOpenTime, MINUTE_MS } from '@screener/market';
import { type ChartBar, mergeBar, narrow, type OpenBar } from './bars.ts';
import type { MinuteCandle } from './views/candle-ring.ts';

/** The newest bar of one interval, minute by minute: a pure fold over closed minutes, and a look at the one in progress. */
export class BarFollower {
  readonly #minutes: number;
  readonly #wholeFrom: number;
  /** Closed minutes of the newest bar. */
  #part: MinuteCandle | undefined;
  #lastMinute: number;

  constructor(minutes: number, { part, lastMinute, wholeFrom }: OpenBar) {
    this.#minutes = minutes;
    this.#part = part;
    this.#lastMinute = lastMinute ?? Number.NEGATIVE_INFINITY;
    this.#wholeFrom = wholeFrom;
  }

  /** What is closed of the newest bar. */
  newest(): ChartBar | undefined {
    return this.#part && { ...this.#part, closed: this.#endsWith(this.#part, this.#lastMinute) };
  }

  /** undefined: the minute was contained already, or its bar is not known from the beginning. */
  close(candle: MinuteCandle): ChartBar | undefined {
    if (candle.openTime <= this.#lastMinute) return undefined;
    this.#lastMinute = candle.openTime;
    const bar = this.#with(candle);
    if (!bar) return undefined;
    this.#part = bar;
    return { ...bar, closed: this.#endsWith(bar, candle.openTime) };
  }

  /** The bar with the minute in progress; undefined also where that minute is closed already. */
  peek(live: MinuteCandle): ChartBar | undefined {
    if (live.openTime <= this.#lastMinute) return undefined;
    const bar = this.#with(live);
    return bar && { ...bar, closed: false };
  }

  #with(candle: MinuteCandle): MinuteCandle | undefined {
    const openTime = barOpenTime(candle.openTime, this.#minutes);
    if (openTime < this.#wholeFrom) return undefined;
    return this.#part?.openTime === openTime ? mergeBar(this.#part, candle) : { ...narrow(candle), openTime };
  }

  #endsWith(bar: MinuteCandle, minute: number): boolean {
    return minute + MINUTE_MS === bar.openTime + this.#minutes * MINUTE_MS;
  }
}
