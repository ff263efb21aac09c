import { describe, expect, it } from 'vitest';
import { exchanges } from '../exchanges.ts';
import { candleDifference } from './candle-difference.ts';
import { plainCandle } from './candle-rows.ts';

const options = { now: () => 0, random: () => 0 };
const candle = plainCandle(60_000, [1, 2, 0.5, 1.5], 10, 12);

describe('the difference between two candles', () => {
  it('is the first field that the exchange states otherwise', () => {
    const { capabilities } = exchanges['binance:usdm'](options);
    expect(candleDifference(candle, { ...candle }, capabilities)).toBeUndefined();
    expect(candleDifference(candle, { ...candle, close: 1.4, volume: 9 }, capabilities)).toBe('close');
    expect(candleDifference(candle, { ...candle, takerBuyQuoteVolume: 1 }, capabilities)).toBe('takerBuyQuoteVolume');
    expect(candleDifference(candle, { ...candle, openTime: 0 }, capabilities)).toBe('openTime');
  });

  it('is none in what is computed of other fields, or not stated at all', () => {
    const { capabilities } = exchanges['kraken:spot'](options);
    expect(candleDifference(candle, { ...candle, quoteVolume: 12.000001 }, capabilities)).toBeUndefined();
    expect(candleDifference(candle, { ...candle, takerBuyVolume: 1 }, capabilities)).toBeUndefined();
    expect(candleDifference(candle, { ...candle, trades: 1 }, capabilities)).toBe('trades');
  });
});
