import { expect, it } from 'vitest';
import { presetRules } from './presets.ts';
import { missingPresets, restoredPresets, sameRule } from './restore-presets.ts';
import type { RuleDefinition } from './rule.ts';

const [first, second, ...others] = presetRules as [RuleDefinition, RuleDefinition, ...RuleDefinition[]];
const newestOf = (...rules: readonly RuleDefinition[]) => new Map(rules.map((rule) => [rule.rule, rule]));

it('presets that a log never had are seeded, edited ones are left alone', () => {
  expect(missingPresets(new Set())).toEqual(presetRules);
  expect(missingPresets(new Set([first.rule, 'mine']))).toEqual([second, ...others]);
});

it('what was changed is restored as the next version, what was not stays', () => {
  const edited = { ...first, version: 4, parameters: { ...first.parameters, change_1h_min: 9 } };
  const disabled = { ...second, version: 2, enabled: false };
  const newest = newestOf(edited, disabled, ...others);
  expect(restoredPresets(newest)).toEqual([
    { ...first, version: 5 },
    { ...second, version: 3 },
  ]);
  expect(restoredPresets(newest, new Set([second.rule]))).toEqual([{ ...second, version: 3 }]);
  expect(restoredPresets(newestOf(second, ...others))).toEqual([first]);
  expect(restoredPresets(newestOf(...presetRules.map((rule) => ({ ...rule, version: 7 }))))).toEqual([]);
});

it('defaults that are written out, and the order of names, make no difference', () => {
  const reversed = Object.fromEntries(Object.entries(first.parameters).reverse());
  const decoded = { ...first, parameters: reversed, universe: null, mode: 'close', schedule: null, arming: 0 } as const;
  expect(sameRule(first, decoded)).toBe(true);
  for (const change of [{ forMinutes: 1 }, { severity: 'warning' }, { title: 'Other' }, { mode: 'live' }] as const) {
    expect(sameRule(first, { ...first, ...change })).toBe(false);
  }
});
