/** Candles of a REST answer, checked and turned oldest first. */
import { type Candle, candleProblem } from '@screener/market';

/** A candle of an exchange that says neither how many trades it had nor who was the taker: those are 0. */
export const plainCandle = (
  openTime: number,
  [open, high, low, close]: readonly [number, number, number, number],
  volume: number,
  quoteVolume: number,
): Candle => ({
  openTime,
  open,
  high,
  low,
  close,
  volume,
  quoteVolume,
  trades: 0,
  takerBuyVolume: 0,
  takerBuyQuoteVolume: 0,
});

/** `candles` in the order that the exchange is known for; throws when one is absurd, double or was not asked for. */
export function candlesWithin(
  candles: readonly Candle[],
  order: 'oldest-first' | 'newest-first',
  from: number,
  to: number,
): readonly Candle[] {
  const ordered = order === 'newest-first' ? candles.toReversed() : candles;
  let previous = from - 1;
  for (const candle of ordered) {
    const absurd = candleProblem(candle);
    if (absurd !== undefined) throw new RangeError(`the candle of ${candle.openTime}: ${absurd}`);
    if (candle.openTime <= previous || candle.openTime > to) {
      throw new RangeError(`the candle of ${candle.openTime} was not asked for`);
    }
    previous = candle.openTime;
  }
  return ordered;
}
