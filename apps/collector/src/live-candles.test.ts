import { decodeAs } from '@screener/events';
import type { NewRecord } from '@screener/log';
import { describe, expect, it } from 'vitest';
import { LiveCandles } from './live-candles.ts';
import { candleOf, minute } from './testing/scripted-exchange.ts';

const instrument = 'binance:spot:AUSDT';
const at = (records: readonly NewRecord[]) =>
  records.map(({ value }) => decodeAs('KlineLive', value ?? new Uint8Array()));
const inMinute = (number: number) => () => minute(number);

describe('candles in progress', () => {
  it('are sent at most once a second, the latest of each instrument', () => {
    const live = new LiveCandles(() => 3_000);
    const offer = (close: number, eventTime: number): void =>
      live.offer(instrument, { candle: candleOf(5, close), eventTime });
    offer(1, minute(5) + 100);
    expect(live.due(0, inMinute(5))).toHaveLength(1);
    offer(2, minute(5) + 300);
    offer(3, minute(5) + 600);
    expect(live.due(999, inMinute(5))).toEqual([]);
    expect(at(live.due(1_000, inMinute(5)))).toMatchObject([{ close: 3, eventTime: minute(5) + 600, final: false }]);
    expect(live.due(5_000, inMinute(5))).toEqual([]);
  });

  it('wait for the closed candles before them, and are dropped when those have passed', () => {
    const live = new LiveCandles(() => 3_000);
    live.offer(instrument, { candle: candleOf(6), eventTime: minute(6) });
    expect(live.due(0, () => undefined)).toEqual([]);
    expect(live.due(0, inMinute(5))).toEqual([]);
    expect(live.due(0, inMinute(6))).toHaveLength(1);
    live.offer(instrument, { candle: candleOf(6, 2), eventTime: minute(6) + 1 });
    expect(live.due(2_000, inMinute(7))).toEqual([]);
    live.offer(instrument, { candle: candleOf(5), eventTime: minute(6) + 2 });
    expect(live.due(4_000, inMinute(5)), 'a frame that was overtaken').toEqual([]);
  });

  it('show the price of an instrument whose last minute is being fetched, soon', () => {
    const live = new LiveCandles(() => 3_000);
    const offer = (close: number): void => live.offer(instrument, { candle: candleOf(6, close), eventTime: minute(6) });
    offer(1);
    expect(live.due(10_000, inMinute(5))).toEqual([]);
    offer(2);
    expect(live.due(12_999, inMinute(5))).toEqual([]);
    expect(at(live.due(13_000, inMinute(5)))).toMatchObject([{ openTime: minute(6), close: 2 }]);
    offer(3);
    expect(live.due(13_999, inMinute(5))).toEqual([]);
    expect(at(live.due(14_000, inMinute(5))), 'and then every second').toMatchObject([{ close: 3 }]);
    offer(4);
    expect(at(live.due(15_000, inMinute(6)))).toMatchObject([{ close: 4 }]);
    // Rules could not tell it from one of long ago.
    live.offer(instrument, { candle: candleOf(10, 4), eventTime: minute(10) });
    expect([live.due(30_000, inMinute(6)), live.due(40_000, inMinute(6))]).toEqual([[], []]);
    expect(at(live.due(40_000, inMinute(7)))).toMatchObject([{ openTime: minute(10) }]);
  });

  it('wait anew for every closed candle', () => {
    const live = new LiveCandles(() => 3_000);
    live.offer(instrument, { candle: candleOf(6), eventTime: minute(6) });
    expect(live.due(14_000, inMinute(5))).toEqual([]);
    expect(live.due(15_000, inMinute(6))).toHaveLength(1);
    live.offer(instrument, { candle: candleOf(7, 5), eventTime: minute(7) });
    expect(live.due(17_000, inMinute(6))).toEqual([]);
    expect(live.due(19_999, inMinute(6))).toEqual([]);
    expect(live.due(20_000, inMinute(6))).toHaveLength(1);
  });

  it('are moved by prices: close, high and low, never a volume', () => {
    const live = new LiveCandles(() => 3_000);
    const price = (value: number, eventTime: number): void => live.price(instrument, { price: value, eventTime });
    price(9, minute(5));
    expect(live.due(0, inMinute(5)), 'no candle is made of nothing').toEqual([]);
    live.offer(instrument, { candle: candleOf(5, 10), eventTime: minute(5) + 1_000 });
    price(12, minute(5) + 900);
    expect(at(live.due(0, inMinute(5)))).toMatchObject([{ close: 10, high: 10 }]);
    price(12, minute(5) + 2_000);
    price(8, minute(5) + 3_000);
    expect(at(live.due(1_000, inMinute(5)))).toMatchObject([
      { open: 10, close: 8, high: 12, low: 8, volume: 1, trades: 1, eventTime: minute(5) + 3_000 },
    ]);
    // A candle that was sent before the price was made says more of all but the close.
    live.offer(instrument, { candle: { ...candleOf(5, 11), high: 12, volume: 3 }, eventTime: minute(5) + 2_500 });
    expect(at(live.due(2_000, inMinute(5)))).toMatchObject([{ close: 8, high: 12, low: 8, volume: 3 }]);
  });

  it('are begun by the first price of a minute, and never move back into a closed one', () => {
    const live = new LiveCandles(() => 3_000);
    live.offer(instrument, { candle: candleOf(5, 10), eventTime: minute(6) - 1 });
    live.price(instrument, { price: 20, eventTime: minute(6) + 500 });
    expect(live.due(0, inMinute(5)), 'the closed candle is not here yet').toEqual([]);
    expect(at(live.due(0, inMinute(6)))).toMatchObject([{ openTime: minute(6), open: 20, volume: 0, trades: 0 }]);
    live.price(instrument, { price: 30, eventTime: minute(8) });
    live.price(instrument, { price: Number.NaN, eventTime: minute(6) + 600 });
    live.price(instrument, { price: 30, eventTime: minute(5) + 1 });
    expect(live.due(9_000, inMinute(6))).toEqual([]);
  });
});
