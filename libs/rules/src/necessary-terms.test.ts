import { expect, it } from 'vitest';
import { candleFields } from './candle-history.ts';
import { compileCondition } from './compile-condition.ts';
import { conditionNames } from './condition-names.ts';
import type { EvaluationInput } from './evaluation-input.ts';
import { measured, type NecessaryTerm, passes } from './necessary-terms.ts';
import { inputOfWorld, randomWorld } from './testing/condition-world.ts';
import { randomConjunctions } from './testing/random-conjunctions.ts';
import { SeededRandom } from './testing/seeded-random.ts';

const nameOf = (slot: number): string =>
  slot < 0 ? `newest.${candleFields.find(({ place }) => place === -1 - slot)?.name}` : conditionNames.at(slot).name;

const textOf = ({ slot, over, above, limit }: NecessaryTerm): string =>
  `${nameOf(slot)}${over === undefined ? '' : ` / ${nameOf(over)}`} ${above ? '>=' : '<='} ${Number(limit.toPrecision(9))}`;

it.each([
  ['change_1h > 1 && price < 7', [['change_1h >= 1', 'price <= 7']]],
  ['change_1h > 1 || price < 7', [['change_1h >= 1'], ['price <= 7']]],
  [
    'change_1h > 1 || price < 7 && rsi_1h > 2 || volume_1h >= 3',
    [['change_1h >= 1'], ['price <= 7', 'rsi_1h >= 2'], ['volume_1h >= 3']],
  ],
  ['change_1h > 1 || !(price < 7)', []],
  ['(change_1h > 1 || price < 7) && has(previous.price)', [['change_1h >= 1'], ['price <= 7']]],
  // One number against another one.
  ['6 * volume_1h > volume_8h', [['volume_1h / volume_8h >= 0.166666667']]],
  ['volume_5m > 3 * (volume_1d / 288)', [['volume_5m / volume_1d >= 0.0104166667']]],
  ['volume_1d / 288 * 3 >= volume_5m', [['volume_1d / volume_5m >= 96']]],
  ['0.5 > volume_5m / volume_1h', [['volume_5m / volume_1h <= 0.5']]],
  ['price > -2 * close_1h', []],
  ['price > 0 * close_1h', []],
  ['price > 1e30 * close_1h', []],
  ['2 * price > 3', []],
  ['price + 1 > close_1h', []],
  // Of all of the last candles: of the newest one too.
  ['candles.last(3).all(c, c.close > 1)', [['newest.close >= 1']]],
  [
    'candles.last(3).all(c, c.close > c.open && c.volume > 2 * (volume_1h / 60))',
    [['newest.close / newest.open >= 1', 'newest.volume / volume_1h >= 0.0333333333']],
  ],
  ['candles.last(3).all(c, c.close > 1 || c.trades < 7)', [['newest.close >= 1'], ['newest.trades <= 7']]],
  ['candles.last(3)[2].close > 1 && candles.last(3)[1].close > 2', [['newest.close >= 1']]],
  ['candles.last(3).exists(c, c.close > 1)', []],
  ['candles.last(3).filter(c, c.close > 1).all(c, c.close > 2)', []],
  ['candles.last(3).all(c, candles.last(2).exists(d, d.close > c.open))', []],
  ['candles.last(3).all(c, candles.last(2).all(d, d.close > c.open))', [['newest.close / newest.open >= 1']]],
])('%s cannot hold without one of each row of %j', (condition, expected) => {
  expect(compileCondition(condition).alternatives.map((row) => row.map(textOf))).toEqual(expected);
});

function mayHold(alternatives: readonly (readonly NecessaryTerm[])[], input: EvaluationInput): boolean {
  const isPassed = (term: NecessaryTerm): boolean =>
    passes(measured(input, term, term.above) ?? Number.NaN, term.above, term.limit);
  return alternatives.length === 0 || alternatives.some((row) => row.every(isPassed));
}

it('a condition that holds passes a row, whatever it is', { timeout: 60_000 }, () => {
  let [checked, disjunctions] = [0, 0];
  for (const { alternatives, evaluate, text, inputs } of randomConjunctions(new SeededRandom(3), 5_000)) {
    for (const input of inputs) {
      if (evaluate(input) !== true) continue;
      if (!mayHold(alternatives, input)) expect.fail(`${text} without any alternative`);
      checked += alternatives.length > 0 ? 1 : 0;
      disjunctions += alternatives.length > 1 ? 1 : 0;
    }
  }
  expect(checked).toBeGreaterThan(500);
  expect(disjunctions).toBeGreaterThan(200);
});

/** Two doubles of which one is so many times the other but for the last bits, now and then of no usual size. */
it('a comparison with so many times another number is never missed by a rounding', { timeout: 60_000 }, () => {
  const random = new SeededRandom(11);
  const world = randomWorld(random, []);
  let [held, passed] = [0, 0];
  for (let round = 0; round < 200; round++) {
    const [times, over] = [Number((0.01 + random.next() * 9).toFixed(2)), 1 + random.below(300)];
    const right = random.pick([`${times} * volume_1h`, `${times} * (volume_1h / ${over}.0)`, `volume_1h / ${over}.0`]);
    const left = random.pick(['volume_5m', 'volume_5m / 3.0', '7.0 * volume_5m']);
    const candles = random.chance(0.3);
    const text = `${left} ${random.pick(['>', '>=', '<', '<='])} ${right}`;
    const condition = candles ? `candles.last(2).all(c, ${text.replace('volume_5m', 'c.volume')})` : text;
    const { alternatives, evaluate } = compileCondition(condition);
    const share = (left.includes('/') ? 3 : left.includes('*') ? 1 / 7 : 1) * (right.includes('*') ? times : 1);
    for (let attempt = 0; attempt < 100; attempt++) {
      const size = random.chance(0.2)
        ? 10 ** random.pick([-320, -308, -120, 120, 300, 307])
        : 10 ** (random.next() * 9);
      const volume_1h = size * (1 + random.next()) * (random.chance(0.1) ? -1 : 1);
      const near = share * (right.includes('/') ? volume_1h / over : volume_1h);
      const distance = random.chance(0.1) ? 0.01 : Number.EPSILON;
      const volume_5m = near * (1 + (random.below(9) - 4) * distance);
      const one = { open: 1, high: 1, low: 1, close: 1, volume: volume_5m, quote_volume: volume_5m };
      const candle = { ...one, base_volume: 1, trades: 1 };
      const input = inputOfWorld({ ...world, numbers: { volume_5m, volume_1h }, candles: [candle, candle] });
      const may = mayHold(alternatives, input);
      passed += may ? 1 : 0;
      if (evaluate(input) !== true) continue;
      held += 1;
      if (!may) expect.fail(`${condition} of ${volume_5m} and ${volume_1h}`);
    }
  }
  expect(held).toBeGreaterThan(5_000);
  expect(passed).toBeLessThan(20_000);
});
