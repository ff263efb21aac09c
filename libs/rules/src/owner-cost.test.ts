import { expect, it } from 'vitest';
import { compileCondition } from './compile-condition.ts';
import { assertOwnersAfford, OWNER_COST_MAX } from './owner-cost.ts';
import { ruleOf } from './testing/rule-of.ts';

const dear = ruleOf({ condition: 'candles.last(60).all(a, candles.last(8).all(b, a.close + 1.0 > b.close - 2.0))' });
const { cost } = compileCondition(dear.condition);
const count = Math.floor(OWNER_COST_MAX / cost);
const rules = (many: number, change = {}) =>
  Array.from({ length: many }, (_, index) => ({ ...dear, rule: `r${index}`, ...change }));

it('as many as one owner may have, and no more', () => {
  expect(count).toBeGreaterThan(20);
  assertOwnersAfford(rules(count), []);
  const beyond = `rule r${count}: with it the rules of test take ${(count + 1) * cost} steps; expected at most 200000`;
  expect(() => assertOwnersAfford(rules(count + 1), [])).toThrow(beyond);
  expect(() => assertOwnersAfford([{ ...dear, rule: 'one' }], rules(count))).toThrow('rule one: with it');
});

it('what others have, what is disabled and what cannot be used does not count', () => {
  const others = [
    ...rules(count, { owner: 'somebody' }),
    ...rules(count, { enabled: false }),
    ...rules(count, { condition: 'nothing_of_that_name > 1' }),
  ];
  assertOwnersAfford([dear], others);
  // Whoever is beyond it can always disable one.
  assertOwnersAfford([{ ...dear, enabled: false }], rules(count + 5));
});

it('ten thousand usual rules are not too many', { timeout: 60_000 }, () => {
  const usual = ruleOf({ condition: 'change_1h > params.least && 6 * volume_1h > volume_8h && rsi_1h < 70' });
  expect(compileCondition(usual.condition, usual.parameters).cost * 10_000).toBeLessThan(OWNER_COST_MAX);
});
