import type { RuleDefinition, RuleSchedule, RuleUniverse } from '../rule.ts';

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

export const everything: RuleUniverse = { quotes: [], topByVolume: null, watchlist: null, symbols: [], exclude: [] };

export const always: RuleSchedule = {
  timeZone: 'UTC',
  days: [],
  from: '00:00',
  until: '24:00',
  startAt: null,
  expireAt: null,
};
