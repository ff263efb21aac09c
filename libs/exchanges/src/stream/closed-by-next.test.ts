import { describe, expect, it } from 'vitest';
import { plainCandle } from '../rest/candle-rows.ts';
import { ClosedByNext } from './closed-by-next.ts';

const candle = (minute: number, close = 1) => plainCandle(minute * 60_000, [1, 9, 1, close], 1, 1);

describe('a candle that nobody calls closed', () => {
  it('is closed, as it was last heard of, by a later one of the same instrument only', () => {
    const closed = new ClosedByNext();
    const told = (symbol: string, minute: number, close: number) =>
      closed
        .updates(symbol, candle(minute, close), 7)
        .map((update) => [update.symbol, update.candle.openTime / 60_000, update.candle.close, update.closed]);
    expect(told('A', 1, 2)).toEqual([['A', 1, 2, false]]);
    expect(told('A', 1, 3)).toEqual([['A', 1, 3, false]]);
    expect(told('币/USD', 2, 4)).toEqual([['币/USD', 2, 4, false]]);
    expect(told('A', 4, 5)).toEqual([
      ['A', 1, 3, true],
      ['A', 4, 5, false],
    ]);
    expect(told('A', 1, 6)).toEqual([['A', 1, 6, true]]);
    expect(told('A', 4, 7)).toEqual([['A', 4, 7, false]]);
  });
});
