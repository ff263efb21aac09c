import { describe, expect, it } from 'vitest';
import { compileCondition } from './compile-condition.ts';
import { TERM_LENGTH_MAX, TERMS_MAX, type Term } from './explain-condition.ts';
import { type ConditionWorld, inputOfWorld, randomWorld, type WorldCandle } from './testing/condition-world.ts';
import { RandomConditions, randomNames } from './testing/random-condition.ts';
import { SeededRandom } from './testing/seeded-random.ts';

const candle = (open: number, close: number): WorldCandle => ({
  open,
  high: Math.max(open, close),
  low: Math.min(open, close),
  close,
  volume: 100,
  quote_volume: 100,
  base_volume: 10,
  trades: 5,
});

const world: ConditionWorld = {
  numbers: { change_1h: 1.7, volume_1h: 100, volume_8h: 599, price: 7, 'previous.price': 6 },
  texts: { 'instrument.symbol': 'BTCUSDT' },
  candles: [candle(5, 6), candle(6, 5.5), candle(5.5, 7)],
};

const explain = (condition: string): readonly Term[] =>
  compileCondition(condition, { least: 1.6 }).explain(inputOfWorld(world));

const rowsOf = (condition: string): unknown[] =>
  explain(condition).map(({ term, element, left, right, held }) =>
    element === undefined ? [term, left, right, held] : [term, element, left, right, held],
  );

describe('the terms of a condition', () => {
  it('are its comparisons, as they were written, with both numbers and which way they went', () => {
    expect(
      rowsOf('change_1h > params.least && (6 * volume_1h) > volume_8h || !(previous.price  >= 7) && rsi_1h < 30'),
    ).toEqual([
      ['change_1h > params.least', 1.7, 1.6, true],
      ['(6 * volume_1h) > volume_8h', 600, 599, true],
      ['previous.price  >= 7', 6, 7, false],
      ['rsi_1h < 30', undefined, 30, undefined],
    ]);
  });

  it('put back the parentheses at the edges, and none that stand in a text', () => {
    expect(rowsOf('(price > 1) && ((price + 1) * (price - 1) > (1 + 1))').map((row) => (row as unknown[])[0])).toEqual([
      'price > 1',
      '(price + 1) * (price - 1) > (1 + 1)',
    ]);
    expect(rowsOf('(instrument.symbol) == ")("')).toEqual([['(instrument.symbol) == ")("', 'BTCUSDT', ')(', false]]);
  });

  it('name the elements of a list', () => {
    expect(rowsOf('candles.last(3).all(c, c.close > c.open) && price > 1')).toEqual([
      ['candles.last(3).all(c, c.close > c.open)', undefined, undefined, false],
      ['c.close > c.open', 'candles.last(3)[0]', 6, 5, true],
      ['c.close > c.open', 'candles.last(3)[1]', 5.5, 6, false],
      ['c.close > c.open', 'candles.last(3)[2]', 7, 5.5, true],
      ['price > 1', 7, 1, true],
    ]);
    expect(rowsOf('candles.last(4).exists(c, c.close > c.open)')).toEqual([
      ['candles.last(4).exists(c, c.close > c.open)', undefined, undefined, undefined],
    ]);
  });

  it('are lists, texts and single conditions too', () => {
    expect(rowsOf('price in [1, 7] && instrument.symbol.startsWith("BTC") && has(previous.price) && true')).toEqual([
      ['price in [1, 7]', 7, undefined, true],
      ['instrument.symbol.startsWith("BTC")', 'BTCUSDT', 'BTC', true],
      ['has(previous.price)', undefined, undefined, true],
      ['true', undefined, undefined, true],
    ]);
    expect(rowsOf('candles.last(3).filter(c, c.close > c.open).size() >= 2')).toEqual([
      ['candles.last(3).filter(c, c.close > c.open).size() >= 2', 2, 2, true],
    ]);
  });

  it('are not more than a reader can bear', () => {
    const nested =
      'candles.last(3).all(a, candles.last(3).all(b, candles.last(3).all(c, candles.last(3).all(d, a.open + b.open + c.open + d.open > 0 && d.open > 0))))';
    expect(explain(nested)).toHaveLength(TERMS_MAX);
    const long = 'x'.repeat(1_000);
    const [whole, first] = explain(`candles.last(3).all(c, instrument.symbol != "${long}")`);
    for (const text of [whole?.term, first?.term, first?.right]) {
      expect(text).toHaveLength(TERM_LENGTH_MAX);
      expect(text).toMatch(/…$/);
    }
  });

  it('leave the result as it was, whatever the condition', { timeout: 60_000 }, () => {
    const random = new SeededRandom(5);
    const conditions = new RandomConditions(random);
    const inputs = Array.from({ length: 20 }, () => inputOfWorld(randomWorld(random, randomNames)));
    for (let round = 0; round < 1_000; round++) {
      const { evaluate, explain: explainIt } = compileCondition(conditions.condition(3));
      const input = random.pick(inputs);
      const before = evaluate(input);
      const terms = explainIt(input);
      expect(terms.length).toBeGreaterThan(0);
      expect(evaluate(input)).toBe(before);
      if (terms.length === 1 && before !== undefined) expect([before, !before]).toContain(terms[0]?.held);
    }
  });
});
