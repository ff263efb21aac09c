import { describe, expect, test } from 'vitest';
import type { Row } from '../store/screener-state.ts';
import { nextSort, type Sort } from './columns.ts';
import { holdOrder, matchesFilter, orderRows } from './order-rows.ts';

function row(symbol: string, numbers: Partial<Row> = {}): Row {
  return {
    instrument: `binance:usdm:${symbol}`,
    symbol,
    base: symbol,
    quote: '',
    tickSize: null,
    status: 'trading',
    simulated: false,
    live: true,
    stale: false,
    timeMs: 0,
    price: null,
    change5m: null,
    change15m: null,
    change1h: null,
    change4h: null,
    change8h: null,
    change1d: null,
    volume5m: null,
    volume1h: null,
    volume1d: null,
    rsi1h: null,
    vcp5m: null,
    direction: null,
    moves: 0,
    ...numbers,
  };
}

const symbols = (rows: readonly Row[]) => rows.map(({ symbol }) => symbol);
const by = (column: Sort['column'], direction: Sort['direction']): Sort => ({ column, direction });

describe('order', () => {
  const rows = [
    row('B', { price: 2 }),
    row('X'),
    row('A', { price: 2 }),
    row('C', { price: -3 }),
    row('Z', { price: 9 }),
  ];

  test('absent values come last in both directions, equal ones by name', () => {
    expect(symbols(orderRows(rows, new Map(), by('price', 'descending'), ''))).toEqual(['Z', 'A', 'B', 'C', 'X']);
    expect(symbols(orderRows(rows, new Map(), by('price', 'ascending'), ''))).toEqual(['C', 'A', 'B', 'Z', 'X']);
  });

  test('by name', () => {
    expect(symbols(orderRows(rows, new Map(), by('symbol', 'descending'), ''))).toEqual(['Z', 'X', 'C', 'B', 'A']);
  });

  test('by the trend that the sparkline shows', () => {
    const closes = new Map([
      ['binance:usdm:A', [1, 5]],
      ['binance:usdm:Z', [10, 5]],
      ['binance:usdm:B', []],
    ]);
    expect(symbols(orderRows(rows, closes, by('trend', 'descending'), ''))).toEqual(['A', 'Z', 'B', 'C', 'X']);
  });

  test('is held while somebody points: only new rows are added, at the end', () => {
    const held = ['C', 'GONE', 'A'].map((symbol) => `binance:usdm:${symbol}`);
    const ordered = orderRows(rows, new Map(), by('price', 'descending'), '');
    expect(symbols(holdOrder(ordered, held))).toEqual(['C', 'A', 'Z', 'B', 'X']);
  });
});

test('the filter takes words as alternatives, in any case', () => {
  expect(matchesFilter(row('BTCUSDT'), '')).toBe(true);
  expect(matchesFilter(row('BTCUSDT'), ' btc ')).toBe(true);
  expect(matchesFilter(row('BTCUSDT'), 'eth, tcu')).toBe(true);
  expect(matchesFilter(row('BTCUSDT'), 'eth')).toBe(false);
});

test('a column is sorted largest first, names from A, and turns on the second click', () => {
  const price = nextSort(by('symbol', 'ascending'), 'price');
  expect(price).toEqual(by('price', 'descending'));
  expect(nextSort(price, 'price')).toEqual(by('price', 'ascending'));
  expect(nextSort(price, 'symbol')).toEqual(by('symbol', 'ascending'));
});
