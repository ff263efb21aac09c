import { type Candle, candleProblem, MINUTE_MS } from '@screener/market';

/** Why nobody can have meant this candle of a kline event. */
export function absurdity(candle: Candle, closeTime: number): string | undefined {
  if (closeTime !== candle.openTime + MINUTE_MS - 1) return `it ends at ${closeTime}, not with its minute`;
  if (!(candle.takerBuyVolume >= 0 && candle.takerBuyVolume <= candle.volume))
    return 'takers bought more than was traded';
  return candleProblem(candle);
}
