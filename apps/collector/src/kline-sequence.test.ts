import type { Candle } from '@screener/market';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heldMax, KlineSequence, type SequencedCandle } from './kline-sequence.ts';

const minute = (number: number): number => number * 60_000;
const candle = (number: number): Candle => ({
  openTime: minute(number),
  open: 1,
  high: 1,
  low: 1,
  close: 1,
  volume: 1,
  quoteVolume: 1,
  trades: 1,
  takerBuyVolume: 1,
  takerBuyQuoteVolume: 1,
});
const minutesOf = (released: readonly SequencedCandle[]): number[] =>
  released.map(({ candle: { openTime } }) => openTime / 60_000);

describe('the sequence of one instrument', () => {
  it('lets nothing through before it knows where to begin', () => {
    const sequence = new KlineSequence();
    expect(sequence.offer(candle(12), 'stream')).toEqual([]);
    expect(sequence.offer(candle(10), 'stream')).toEqual([]);
    expect(minutesOf(sequence.start(minute(11)))).toEqual([]);
    expect(minutesOf(sequence.offer(candle(11), 'rest'))).toEqual([11, 12]);
    expect(sequence.next).toBe(minute(13));
  });

  it('holds back what comes after a hole until the hole is filled', () => {
    const sequence = new KlineSequence();
    sequence.start(minute(5));
    expect(sequence.offer(candle(7), 'stream')).toEqual([]);
    expect(sequence.oldestHeld).toBe(minute(7));
    expect(minutesOf(sequence.offer(candle(5), 'rest'))).toEqual([5]);
    expect(minutesOf(sequence.offer(candle(6), 'rest'))).toEqual([6, 7]);
  });

  it('holds nothing back that is too far ahead, so that a gap before it is never without end', () => {
    const sequence = new KlineSequence();
    sequence.start(minute(5));
    expect(sequence.offer(candle(5 + heldMax + 1), 'stream')).toEqual([]);
    expect(sequence.oldestHeld).toBeUndefined();
    sequence.offer(candle(5 + heldMax), 'stream');
    expect(sequence.oldestHeld).toBe(minute(5 + heldMax));
  });

  it('goes on without a minute that cannot be had', () => {
    const sequence = new KlineSequence();
    expect(sequence.skip()).toEqual([]);
    sequence.start(minute(5));
    sequence.offer(candle(7), 'rest');
    expect(sequence.skip()).toEqual([]);
    expect(minutesOf(sequence.skip())).toEqual([7]);
    expect(sequence.next).toBe(minute(8));
  });

  it('believes REST rather than the stream of what still waits', () => {
    const sequence = new KlineSequence();
    sequence.start(minute(5));
    sequence.offer({ ...candle(6), close: 2 }, 'stream');
    sequence.offer({ ...candle(6), close: 3 }, 'rest');
    sequence.offer({ ...candle(6), close: 4 }, 'stream');
    expect(sequence.offer(candle(5), 'stream').map(({ candle: { close } }) => close)).toEqual([1, 3]);
  });

  it('lets every minute through once and in order, whatever the order they come in', () => {
    const arrivals = fc
      .shuffledSubarray(
        Array.from({ length: 40 }, (_, index) => index % 20),
        { minLength: 40, maxLength: 40 },
      )
      .chain((order) => fc.tuple(fc.constant(order), fc.nat({ max: 39 })));
    fc.assert(
      fc.property(arrivals, ([order, startAfter]) => {
        const sequence = new KlineSequence();
        const through: number[] = [];
        order.forEach((number, index) => {
          if (index === startAfter) through.push(...minutesOf(sequence.start(0)));
          through.push(...minutesOf(sequence.offer(candle(number), 'stream')));
        });
        const whole = Array.from({ length: 20 }, (_, index) => index);
        expect(through).toEqual(whole.slice(0, through.length));
        // What was thrown away before the start is at most what came twice: offered again, all of it goes through.
        for (const number of whole) through.push(...minutesOf(sequence.offer(candle(number), 'rest')));
        expect(through).toEqual(whole);
      }),
    );
  });
});
