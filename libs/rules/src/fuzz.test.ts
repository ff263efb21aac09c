/** Whatever somebody types is a condition or a ConditionMistake: no crash, no hang. */
import { describe, expect, it } from 'vitest';
import { CONDITION_COST_MAX, compileCondition } from './compile-condition.ts';
import { ConditionMistake } from './condition-mistake.ts';
import { CONDITION_LENGTH_MAX } from './parse-condition.ts';
import { presetRules } from './presets.ts';
import { inputOfWorld, randomWorld } from './testing/condition-world.ts';
import { mutateText, randomText } from './testing/mutate-text.ts';
import { RandomConditions, randomNames } from './testing/random-condition.ts';
import { SeededRandom } from './testing/seeded-random.ts';

const TEXTS = 40_000;

const parameters = Object.assign({}, ...presetRules.map((rule) => rule.parameters)) as Record<string, number>;

describe('the language', () => {
  it(`bears ${TEXTS} mistyped conditions and random texts`, { timeout: 180_000 }, () => {
    const random = new SeededRandom(99);
    const generated = new RandomConditions(random);
    const real = presetRules.map((rule) => rule.condition);
    const inputs = Array.from({ length: 10 }, () => inputOfWorld(randomWorld(random, randomNames)));
    const count = { accepted: 0, refused: 0 };
    const condition = (): string => (random.chance(0.5) ? random.pick(real) : generated.condition(random.below(4)));
    for (let round = 0; round < TEXTS; round++) {
      const text = random.chance(0.2) ? randomText(random) : mutateText(condition(), condition(), random);
      try {
        const compiled = compileCondition(text, parameters);
        const input = random.pick(inputs);
        expect([true, false, undefined]).toContain(compiled.evaluate(input));
        if (round % 10 === 0) compiled.explain(input);
        count.accepted++;
      } catch (error) {
        if (!(error instanceof ConditionMistake))
          throw new Error(`crashed on ${JSON.stringify(text)}`, { cause: error });
        if (!(error.position >= 1 && error.position <= Math.min(text.length, CONDITION_LENGTH_MAX) + 1)) {
          expect.fail(`position ${error.position} in ${JSON.stringify(text)}`);
        }
        count.refused++;
      }
    }
    console.info(`fuzzing: ${TEXTS} texts, ${count.accepted} accepted, ${count.refused} refused with a reason`);
    expect(Math.min(count.accepted, count.refused)).toBeGreaterThan(TEXTS / 50);
  });

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

  it('takes the longest and the dearest condition that it allows', () => {
    const long = Array.from({ length: 80 }, (_, index) => `price > ${index}`).join(' && ');
    expect(compileCondition(long).cost).toBe(241);
    const dear = `candles.last(60).all(a, candles.last(${13}).exists(b, a.close > b.close))`;
    expect(compileCondition(dear).cost).toBeGreaterThan(CONDITION_COST_MAX * 0.9);
  });
});
