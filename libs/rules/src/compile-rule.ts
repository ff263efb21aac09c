import { ScreenerError } from '@screener/errors';
import { assertRule } from './check-rule.ts';
import { type CompiledCondition, compileCondition } from './compile-condition.ts';
import { ConditionMistake } from './condition-mistake.ts';
import { type ConditionNames, conditionNames } from './condition-names.ts';
import type { RuleDefinition } from './rule.ts';

export interface CompiledRule extends CompiledCondition {
  readonly rule: RuleDefinition;
}

/** Checks and compiles a rule. Throws RULE_INVALID or RULE_CONDITION_INVALID. */
export function compileRule(rule: RuleDefinition, names: ConditionNames = conditionNames): CompiledRule {
  assertRule(rule, names);
  try {
    return { rule, ...compileCondition(rule.condition, rule.parameters, names) };
  } catch (cause) {
    if (!(cause instanceof ConditionMistake)) throw cause;
    const { position, reason, expected } = cause;
    throw new ScreenerError('RULE_CONDITION_INVALID', { rule: rule.rule, position, reason, expected }, { cause });
  }
}
