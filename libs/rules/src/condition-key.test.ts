import { describe, expect, it } from 'vitest';
import { compileCondition } from './compile-condition.ts';
import { inputOfWorld, randomWorld } from './testing/condition-world.ts';
import { RandomConditions, randomNames } from './testing/random-condition.ts';
import { SeededRandom } from './testing/seeded-random.ts';

const keyOf = (condition: string, parameters: Readonly<Record<string, number>> = {}): string =>
  compileCondition(condition, parameters).conditionKey;

describe('conditions of the same meaning have the same key', () => {
  it.each([
    ['change_1h > 1.60', ' change_1h>1.6 // an hour'],
    ['change_1h > 2', 'change_1h > 2.0'],
    ['change_1h > params.least', '1.6 < change_1h'],
    ['change_1h >= 2 && price < 7', '(7 > price) && (2 <= change_1h)'],
    ['price > 1 && (price > 2 && price > 3)', '(price > 3 && price > 1) && price > 2'],
    ['price > 1 || price > 2 || price > 3', 'price > 3 || (price > 2 || price > 1)'],
    ['6 * volume_1h > volume_8h', 'volume_8h < volume_1h * 6.0'],
    ['candles.last(3).all(c, c.close > c.open)', 'candles.last(3).all(bar, bar.open < bar.close)'],
    ['candles.last(3).all(c, c.volume > 1)', 'candles.last(3).all(c, c.quote_volume > 1)'],
    ['instrument.quote == "USDT"', "'USDT' == instrument.quote"],
    ['price > 100 * 1000', 'price > 100000'],
  ])('%s and %s', (one, other) => {
    expect(keyOf(one, { least: 1.6 })).toBe(keyOf(other, { least: 1.6 }));
  });

  it.each([
    ['change_1h > 1.6', 'change_1h >= 1.6'],
    ['change_1h > 1.6', 'change_1h < 1.6'],
    ['change_1h > 1.6', 'previous.change_1h > 1.6'],
    ['volume_1h / 3 > 1', 'volume_1h * (1 / 3) > 1'],
    ['price - change_1h > 1', 'change_1h - price > 1'],
    ['price / 0 > 1', 'price / -0 > 1'],
    ['candles.last(3).all(c, c.close > c.open)', 'candles.last(3).exists(c, c.close > c.open)'],
    ['candles.last(3).all(c, c.volume > 1)', 'candles.last(3).all(c, c.base_volume > 1)'],
    ['price > 1 && price > 2 || price > 3', 'price > 1 && (price > 2 || price > 3)'],
    ['instrument.quote == "true"', 'instrument.quote == "price"'],
  ])('but not %s and %s', (one, other) => {
    expect(keyOf(one)).not.toBe(keyOf(other));
  });

  it('and equal keys mean equal results on every input', { timeout: 60_000 }, () => {
    const random = new SeededRandom(11);
    const conditions = new RandomConditions(random);
    const inputs = Array.from({ length: 40 }, () => inputOfWorld(randomWorld(random, randomNames)));
    const known = new Map<string, { text: string; results: string }>();
    let shared = 0;
    for (let round = 0; round < 20_000; round++) {
      const text = conditions.condition(random.below(3));
      const { conditionKey, evaluate } = compileCondition(text);
      const results = inputs.map((input) => evaluate(input)).join();
      const first = known.get(conditionKey);
      if (first === undefined) known.set(conditionKey, { text, results });
      else if (first.text !== text) {
        shared++;
        if (first.results !== results) expect.fail(`${first.text} and ${text} have the key ${conditionKey}`);
      }
    }
    expect(shared).toBeGreaterThan(100);
  });
});
