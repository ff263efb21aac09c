/**
 * For exchanges that never say that a candle is over: it is once a frame of a later candle of the same instrument came
 * over the same connection, since frames keep their order there. What a broken connection left open stays open: REST
 * says how it ended.
 */
import type { Candle } from '@screener/market';
import type { KlineUpdate } from '../exchange.ts';

export class ClosedByNext {
  readonly #latest = new Map<string, Candle>();

  updates(symbol: string, candle: Candle, eventTime: number): readonly KlineUpdate[] {
    const latest = this.#latest.get(symbol);
    // Late news of a candle that a later one has closed already.
    if (latest !== undefined && candle.openTime < latest.openTime) {
      return [{ symbol, candle, closed: true, eventTime }];
    }
    this.#latest.set(symbol, candle);
    const update = { symbol, candle, closed: false, eventTime };
    if (latest === undefined || latest.openTime === candle.openTime) return [update];
    return [{ symbol, candle: latest, closed: true, eventTime }, update];
  }
}
