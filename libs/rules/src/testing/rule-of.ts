import type { RuleDefinition } from '../rule.ts';

/** A rule in order, for tests to change. */
export const ruleOf = (change: Partial<RuleDefinition> = {}): RuleDefinition => ({
  rule: 'mine',
  version: 1,
  owner: 'test',
  title: 'Mine',
  text: '',
  condition: 'change_5m > params.least',
  parameters: { least: 1 },
  timeframe: '5m',
  cooldownMs: 0,
  ...change,
});
