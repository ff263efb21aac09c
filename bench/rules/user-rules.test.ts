import { assertRule, compileRule } from '@screener/rules';
import { expect, test } from 'vitest';
import { userRules } from './user-rules.ts';

test('rules of users are rules in order, the same each time, of every kind that the mix names', {
  timeout: 60_000,
}, () => {
  const rules = userRules(1_000, 50);
  expect(userRules(1_000, 50)).toEqual(rules);
  for (const rule of rules) assertRule(rule);
  const compiled = rules.map((rule) => compileRule(rule));
  const share = (test: (condition: string) => boolean): number =>
    rules.filter(({ condition }) => test(condition)).length / rules.length;
  expect(share((condition) => condition.includes('&&'))).toBeGreaterThan(0.4);
  expect(share((condition) => condition.includes('||'))).toBeGreaterThan(0.05);
  expect(share((condition) => condition.includes('candles.last'))).toBeGreaterThan(0.05);
  expect(share((condition) => condition.includes('previous.price'))).toBeGreaterThan(0.05);
  // Of which nothing is known beforehand: evaluated every minute.
  expect(compiled.some(({ alternatives }) => alternatives.length === 0)).toBe(true);
  const universes = rules.map(({ universe }) => universe);
  expect(universes.filter((universe) => !universe).length).toBeGreaterThan(300);
  for (const name of ['quotes', 'symbols', 'exclude'] as const) {
    expect(universes.some((universe) => universe && universe[name].length > 0)).toBe(true);
  }
  expect(universes.some((universe) => universe?.topByVolume)).toBe(true);
});
