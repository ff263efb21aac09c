/** Conditions at the edges of what is allowed. Mistyped ones: parser-fuzz.test.ts. */
import { describe, expect, it } from 'vitest';
import { CONDITION_COST_MAX, compileCondition } from './compile-condition.ts';
import { ConditionMistake } from './condition-mistake.ts';

describe('the language', () => {
  it.each([
    ['(', 4_000],
    ['[', 4_000],
    ['!', 4_000],
    ['-', 4_000],
    ['price.', 600],
    ['price[', 600],
    ['price?', 600],
    ['candles.last(60).all(c,', 170],
    ['{1:', 1_000],
    ['min(', 1_000],
    ['"', 4_000],
    ['1+', 2_000],
    ['1in', 1_000],
    ['true&&', 600],
    ['a', 4_000],
    ['price in[1,', 300],
  ])('refuses %s written %d times', (piece, times) => {
    expect(() => compileCondition(piece.repeat(times))).toThrow(ConditionMistake);
  });

  it('refuses a whole number that is larger than any double', () => {
    expect(() => compileCondition(`price > ${'9'.repeat(400)}`)).toThrow(ConditionMistake);
  });

  it('takes the longest and the dearest condition that it allows', () => {
    const long = Array.from({ length: 80 }, (_, index) => `price > ${index}`).join(' && ');
    expect(compileCondition(long).cost).toBe(241);
    const dear = `candles.last(60).all(a, candles.last(${13}).exists(b, a.close > b.close))`;
    expect(compileCondition(dear).cost).toBeGreaterThan(CONDITION_COST_MAX * 0.9);
  });
});
