/** Alerts that read many candles keep one row of each between them: of 256 that read 60 it would else be 15,000 an instrument. */
import { MINUTE_MS } from '@screener/market';
import { expect, it } from 'vitest';
import { CandleHistory } from '../candle-history.ts';
import { newestCandles, type ToldAlert, withSharedRows } from './told-alert.ts';

const candle = (close: number) => ({ open: 1, high: 9, low: 1, close, volume: 2, quoteVolume: 3, trades: 4 });

function historyOf(closes: readonly number[]): CandleHistory {
  const history = new CandleHistory();
  for (const [minute, close] of closes.entries()) history.put(minute * MINUTE_MS, candle(close));
  return history;
}

it('rows of the same candle are one, also minutes later', () => {
  const history = historyOf([5, 6, 7]);
  const first = newestCandles(history, 3);
  history.put(3 * MINUTE_MS, candle(8));
  const second = newestCandles(history, 3);
  expect(second.map(([, , , close]) => close)).toEqual([6, 7, 8]);
  expect([second[0] === first[1], second[1] === first[2]]).toEqual([true, true]);
});

it('a candle that became another has another row, and what was kept of it stays', () => {
  const history = historyOf([5, 6, 7]);
  const [, before] = newestCandles(history, 3);
  history.put(MINUTE_MS, candle(6.5));
  history.put(3 * MINUTE_MS, candle(8));
  const [after] = newestCandles(history, 3);
  expect([before?.[3], after?.[3]]).toEqual([6, 6.5]);
});

it('the place of a candle that is gone is that of a later one', () => {
  const history = historyOf(Array.from({ length: 64 }, (_, minute) => minute));
  newestCandles(history, 60);
  for (let minute = 64; minute < 100; minute++) history.put(minute * MINUTE_MS, candle(minute));
  const closes = newestCandles(history, 60).map(([, , , close]) => close);
  expect(closes).toEqual(Array.from({ length: 60 }, (_, index) => 40 + index));
});

it('read back from a snapshot they are shared again', () => {
  const rows = newestCandles(historyOf([5, 6, 7]), 3);
  const numbers = {
    price: 1,
    volume: 1,
    changePct: 1,
    volumeIncrease: 1,
    candleSizePct: 1,
    momentumScore: 1,
    metrics: {},
  };
  const told: ToldAlert = {
    ...{ id: 'a', rule: 'r', version: 1, openTime: 0, live: false, provisional: false, numbers, others: {} },
    candles: [...rows],
  };
  const read = JSON.parse(JSON.stringify([told, told])) as ToldAlert[];
  const [one, other] = withSharedRows(read);
  expect([one, other]).toEqual([told, told]);
  expect(one?.candles.map((row, place) => row === other?.candles[place])).toEqual([true, true, true]);
});
