/** What all rules of one owner cost together: each condition has a limit of its own, thousands of the dearest would stop everybody's. */
import { ScreenerError } from '@screener/errors';
import { compileCondition } from './compile-condition.ts';
import { ConditionMistake } from './condition-mistake.ts';
import { type ConditionNames, conditionNames } from './condition-names.ts';
import type { RuleDefinition } from './rule.ts';

/** Steps of one look at one instrument: ten thousand usual rules, or forty of the dearest. Some two milliseconds. */
export const OWNER_COST_MAX = 200_000;

/** Throws RULE_INVALID for the first saved rule whose owner would go beyond the limit. `others`: newest versions of all others. */
export function assertOwnersAfford(
  saved: readonly RuleDefinition[],
  others: Iterable<RuleDefinition>,
  names: ConditionNames = conditionNames,
): void {
  const costs = new Map(saved.map(({ owner }) => [owner, 0]));
  for (const rule of others) {
    const cost = costs.get(rule.owner);
    if (cost !== undefined) costs.set(rule.owner, cost + costOfRule(rule, names));
  }
  for (const rule of saved) {
    const cost = (costs.get(rule.owner) ?? 0) + costOfRule(rule, names);
    costs.set(rule.owner, cost);
    if (cost <= OWNER_COST_MAX || rule.enabled === false) continue;
    throw new ScreenerError('RULE_INVALID', {
      rule: rule.rule,
      reason: `with it the rules of ${rule.owner} take ${cost} steps`,
      expected: `at most ${OWNER_COST_MAX} of one owner together: fewer rules, or shorter candles.last(n)`,
    });
  }
}

/** One that rests costs nothing. */
function costOfRule({ condition, parameters, enabled }: RuleDefinition, names: ConditionNames): number {
  if (enabled === false) return 0;
  try {
    return compileCondition(condition, parameters, names).cost;
  } catch (cause) {
    if (cause instanceof ConditionMistake) return 0;
    throw cause;
  }
}
