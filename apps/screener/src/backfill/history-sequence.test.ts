import { MINUTE_MS } from '@screener/market';
import { describe, expect, it } from 'vitest';
import { type HistoryEvent, HistorySequence } from './history-sequence.ts';

const candle = (minute: number, close = 100 + minute) => ({
  ...{ openTime: minute * MINUTE_MS, open: close, high: close, low: close, close, volume: 1, quoteVolume: close },
  ...{ trades: 1, takerBuyVolume: 0, takerBuyQuoteVolume: 0 },
});
const piece = (from: number, to: number) => ({ from: from * MINUTE_MS, to: to * MINUTE_MS, after: undefined });
const said = (events: Iterable<HistoryEvent>): string[] =>
  [...events].map(({ type, event }) => {
    const what = type === 'KlineGap' ? `gap ${event.reason}` : `${event.source} ${event.close}`;
    return `${event.openTime / MINUTE_MS} ${what}`;
  });

describe('a run of minutes', () => {
  it('fills what the exchange does not have with the last price, and begins with the first candle', () => {
    const sequence = new HistorySequence('a:b:C', piece(0, 10));
    expect(said(sequence.offer([candle(2), candle(3), candle(6)]))).toEqual([
      ...['2 rest 102', '3 rest 103', '4 synthetic 103', '5 synthetic 103', '6 rest 106'],
    ]);
    expect(said(sequence.fill(10 * MINUTE_MS))).toEqual(['7 synthetic 106', '8 synthetic 106', '9 synthetic 106']);
    const facts = { from: 0, to: 10 * MINUTE_MS, next: 10 * MINUTE_MS, close: 106, candles: 3, synthetic: 5 };
    expect(sequence.progress()).toEqual({ instrument: 'a:b:C', ...facts });
  });

  it('goes on from where another ended, and takes nothing twice or from outside', () => {
    const first = new HistorySequence('a:b:C', piece(0, 4));
    said(first.offer([candle(0), candle(1)]));
    const after = first.progress();
    const second = new HistorySequence('a:b:C', { from: after.next, to: 5 * MINUTE_MS, after });
    expect(said(second.offer([candle(0), candle(1), candle(3), candle(4), candle(5)]))).toEqual([
      ...['2 synthetic 101', '3 rest 103', '4 rest 104'],
    ]);
    expect(second.progress()).toMatchObject({ from: 0, next: 5 * MINUTE_MS, candles: 4, synthetic: 1 });
  });

  it('knows the price before it, where somebody looked', () => {
    const sequence = new HistorySequence('a:b:C', piece(5, 8));
    expect(sequence.isBlank).toBe(true);
    sequence.precededBy(7);
    expect(said(sequence.offer([candle(6)]))).toEqual(['5 synthetic 7', '6 rest 106']);
  });

  it('calls a minute a gap whose row was refused, and all that may be it where the row does not say', () => {
    const sequence = new HistorySequence('a:b:C', piece(0, 9));
    const reasons = new Map([[2 * MINUTE_MS, 'high 1 is not the highest price']]);
    expect(said(sequence.offer([candle(0), candle(1), candle(4)], { reasons, unplaced: undefined })).slice(2)).toEqual([
      ...['2 gap high 1 is not the highest price', '3 synthetic 101', '4 rest 104'],
    ]);
    const unplaced = { reasons: new Map<number, string>(), unplaced: 'another shape' };
    expect(said(sequence.offer([candle(6)], unplaced))).toEqual(['5 gap another shape', '6 rest 106']);
  });

  it('tells of its progress what was taken of it, also in the middle of a long hole', () => {
    const sequence = new HistorySequence('a:b:C', piece(0, 10_000));
    const events = sequence.offer([candle(0), candle(5_000)]);
    for (let taken = 0; taken < 100; taken++) events.next();
    expect(sequence.progress()).toMatchObject({ next: 100 * MINUTE_MS, close: 100, candles: 1, synthetic: 99 });
  });

  it('ends without a word where nothing will come any more', () => {
    const sequence = new HistorySequence('a:b:C', piece(0, 9));
    said(sequence.offer([candle(0)]));
    sequence.skipRest();
    expect(sequence.progress()).toMatchObject({ next: 9 * MINUTE_MS, candles: 1, synthetic: 0 });
  });
});
