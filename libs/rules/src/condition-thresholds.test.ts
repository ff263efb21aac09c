import { expect, it } from 'vitest';
import { compileCondition } from './compile-condition.ts';
import type { Threshold } from './condition-thresholds.ts';
import { randomConjunctions } from './testing/random-conjunctions.ts';
import { SeededRandom } from './testing/seeded-random.ts';

const textsOf = (condition: string): string[] =>
  compileCondition(condition, { least: 1.6 }).thresholds.map(
    ({ name, operator, value }) => `${name} ${operator} ${value}`,
  );

it.each([
  ['change_1h > params.least', ['change_1h > 1.6']],
  [
    'change_1h > 1 && 5 >= rank.volume_1d && (price < 7 && rsi_1h <= 30)',
    ['change_1h > 1', 'rank.volume_1d <= 5', 'price < 7', 'rsi_1h <= 30'],
  ],
  ['change_1h > 1 || price < 7', []],
  ['!(change_1h > 1)', []],
  ['6 * volume_1h > volume_8h && change_1h > 1', ['change_1h > 1']],
  ['change_1h > 1 ? price > 2 : price > 3', []],
  ['candles.last(3).all(c, c.close > 1) && previous.price < 7', ['previous.price < 7']],
])('%s cannot hold without %j', (condition, expected) => {
  expect(textsOf(condition)).toEqual(expected);
});

const passes = ({ operator, value }: Threshold, number: number | undefined): boolean => {
  if (number === undefined) return false;
  if (operator === '<') return number < value;
  if (operator === '<=') return number <= value;
  return operator === '>' ? number > value : number >= value;
};

it('a condition that holds passes all its thresholds', { timeout: 60_000 }, () => {
  const random = new SeededRandom(3);
  let checked = 0;
  for (const { thresholds, evaluate, text, inputs } of randomConjunctions(random, 5_000)) {
    for (const input of inputs) {
      if (evaluate(input) !== true) continue;
      for (const threshold of thresholds) {
        checked++;
        if (!passes(threshold, input.number(threshold.slot)))
          expect.fail(`${text} without ${JSON.stringify(threshold)}`);
      }
    }
  }
  expect(checked).toBeGreaterThan(500);
});
