import { describe, expect, test } from 'vitest';
import type { AlertTerm } from '../model.ts';
import { formatTermNumber, hasSides, heldWords, messageBeside, termSides } from './alert-words.ts';

test.each([
  ['BTCUSDT 60 Big Bull: 42350.5, +3.20 % in 1h', '42350.5, +3.20 % in 1h'],
  ['60 Big Bull', ''],
  ['60 Big Bull: again', 'again'],
  ['BTCUSDT is up', 'is up'],
  ['Sell BTCUSDT', 'Sell BTCUSDT'],
])('beside symbol and title, %j says %j', (message, said) =>
  expect(messageBeside({ message, symbol: 'BTCUSDT', title: '60 Big Bull' })).toBe(said),
);

test.each([
  [3.2, '3.2'],
  [-0.123_456_789, '−0.123457'],
  [42_350.5, '42,350.5'],
  [1_250_000, '1.25M'],
  [0.000_012_5, '0.0000125'],
  [null, '–'],
])('%s of a term reads %s', (value, text) => expect(formatTermNumber(value)).toBe(text));

describe('the sides of a term', () => {
  const term = (left: number | null, right: number | null, leftText: string | null = null): AlertTerm => ({
    ...{ term: 'a > b', element: null, left, leftText, right, rightText: null, held: true },
  });
  const texts = (of: AlertTerm) => Object.values(termSides(of)).map(({ text }) => text);

  test('are short, but never the same where the numbers are not', () => {
    expect(texts(term(3.2, 1.6))).toEqual(['3.2', '1.6']);
    expect(texts(term(1.600_000_1, 1.6))).toEqual(['1.6000001', '1.6']);
    expect(texts(term(1_250_001, 1_250_000))).toEqual(['1250001', '1250000']);
    expect(texts(term(1.6, 1.6))).toEqual(['1.6', '1.6']);
  });

  test('are none of a list that was asked', () => {
    expect([term(null, null), { ...term(null, null), held: null }, term(null, 1)].map(hasSides)).toEqual([
      false,
      true,
      true,
    ]);
  });

  test('that are no numbers are told as texts, absent ones as a dash', () => {
    expect(texts(term(null, null, 'USDT'))).toEqual(['USDT', '–']);
    expect(termSides(term(null, 1)).left.exact).toBe('not known');
  });
});

test('a term held, did not, or cannot be known', () => {
  expect([true, false, null].map((held) => heldWords(held).sign)).toEqual(['✓', '✗', '–']);
});
