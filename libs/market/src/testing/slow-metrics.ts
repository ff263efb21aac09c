/** Metrics of an instrument by the book: a fresh loop over its candles for every window and every bar. */
import { aggregateCandles } from '../aggregate-candles.ts';
import { type Candle, MINUTE_MS } from '../candle.ts';
import type { Window } from '../window.ts';
import { slowAtrMean, slowValues } from './slow-indicators.ts';
import { slowSum } from './slow-sum.ts';

/** Windows as of the last candle, those that are full. Candles are ascending; minutes may be missing. */
export function slowWindows(candles: readonly Candle[], lengths: readonly number[]): Window[] {
  const newest = candles[candles.length - 1];
  if (newest === undefined) return [];
  const windows: Window[] = [];
  for (const minutes of lengths) {
    const part = candles.filter((candle) => candle.openTime > newest.openTime - minutes * MINUTE_MS);
    const oldest = part[0];
    if (oldest === undefined || part.length < minutes) continue;
    windows.push({
      minutes,
      open: oldest.open,
      oldestClose: oldest.close,
      high: Math.max(...part.map((candle) => candle.high)),
      low: Math.min(...part.map((candle) => candle.low)),
      close: newest.close,
      volume: slowSum(part.map((candle) => candle.volume)),
      quoteVolume: slowSum(part.map((candle) => candle.quoteVolume)),
      trades: part.reduce((total, candle) => total + candle.trades, 0),
      takerBuyQuoteVolume: slowSum(part.map((candle) => candle.takerBuyQuoteVolume)),
    });
  }
  return windows;
}

/** Values of all indicators on bars of one length as of the last one closed by `endTime`; a bar that lacks a minute begins them anew. */
export function slowBarValues(
  candles: readonly Candle[],
  minutes: number,
  endTime: number,
): Readonly<Record<string, number | undefined>> {
  const lengthMs = minutes * MINUTE_MS;
  const end = Math.floor(endTime / lengthMs) * lengthMs;
  const bars = aggregateCandles(candles, minutes).filter((bar) => bar.openTime < end);
  let from = bars.length;
  let expected = end - lengthMs;
  for (let index = bars.length - 1; index >= 0; index--) {
    const bar = bars[index];
    if (bar?.openTime !== expected || bar.candles < minutes) break;
    from = index;
    expected -= lengthMs;
  }
  const whole = bars.slice(from);
  return { ...slowValues(whole), ...(minutes === 5 && slowAtrMean(whole)) };
}
