import { describe, expect, it } from 'vitest';
import { closeMarket, isLeader, rankedNumbers } from './close-market.ts';
import type { InstrumentMeasured } from './measure-instrument.ts';

const row = (
  symbol: string,
  change_5m: number | null,
  numbers: Partial<InstrumentMeasured> = {},
): InstrumentMeasured => ({
  ...{ instrument: `test:usdm:${symbol}`, price: 100, change_5m },
  ...numbers,
});

const closed = (rows: readonly InstrumentMeasured[], options: object = {}) =>
  closeMarket({ openTime: 0, missing: [], missingPartitions: [], rows, ...options });

describe('the market of a minute', () => {
  it('ranks from the highest, equal ones alike, and those without a number not at all', () => {
    const { ranks } = closed([row('D', null), row('B', 3), row('A', 1), row('C', 3), row('E', -7)]);
    expect(ranks.map(({ instrument, change_5m }) => [instrument.at(-1), change_5m])).toEqual([
      ['A', 3],
      ['B', 1],
      ['C', 1],
      ['D', null],
      ['E', 4],
    ]);
  });

  it('is ranked by what is asked for, the same as by everything', () => {
    const rows = [row('BTCUSDT', 3, { volume_1d: 5 }), row('A', 1, { volume_1d: 7 }), row('B', 2)];
    const whole = closed(rows);
    for (const number of rankedNumbers) {
      const alone = closed(rows, { ranked: [number] });
      expect(alone.ranks.map((rank) => rank[number])).toEqual(whole.ranks.map((rank) => rank[number]));
      for (const other of rankedNumbers) if (other !== number) expect(alone.ranks[0]).not.toHaveProperty(other);
      expect({ ...alone, ranks: [] }).toEqual({ ...whole, ranks: [] });
    }
  });

  it('compares with Bitcoin only where it is told how instruments move', () => {
    const rows = [row('BTCUSDT', 3, { change_1h: 1 }), row('A', 1, { change_1h: 5 })];
    const beside = ({ ranks }: ReturnType<typeof closeMarket>) => ranks[0]?.relative_strength_1h;
    expect(beside(closed(rows))).toBeNull();
    expect(beside(closed(rows, { relation: () => ({ beta: 2, correlation: 0.5 }) }))).toBe(3);
  });
});

it.each([
  ['BTCUSDT', true],
  ['BTC-USDT-SWAP', true],
  ['BTC/USD', true],
  ['XBTUSD', true],
  ['BTCUSDC', true],
  ['BTCDOMUSDT', false],
  ['WBTCUSDT', false],
  ['ETHBTC', false],
  ['ETHUSDT', false],
])('%s is Bitcoin against dollars: %s', (symbol, expected) => {
  expect(isLeader('btc', `test:usdm:${symbol}`)).toBe(expected);
  expect(isLeader('eth', `test:usdm:${symbol}`)).toBe(symbol === 'ETHUSDT');
});
