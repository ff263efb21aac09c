import { ScreenerError } from '@screener/errors';
import { windowNames } from '@screener/market';
import { type CompiledCondition, compileCondition } from './compile-condition.ts';
import { ConditionMistake } from './condition-mistake.ts';
import { type ConditionNames, conditionNames } from './condition-names.ts';
import type { RuleDefinition } from './rule.ts';

export interface CompiledRule extends CompiledCondition {
  readonly rule: RuleDefinition;
}

/** Checks and compiles a rule. Throws RULE_INVALID or RULE_CONDITION_INVALID. */
export function compileRule(rule: RuleDefinition, names: ConditionNames = conditionNames): CompiledRule {
  const invalid = (reason: string, expected: string): ScreenerError =>
    new ScreenerError('RULE_INVALID', { rule: rule.rule || '(without an id)', reason, expected });
  if (!/^[A-Za-z0-9][\w.:-]{0,99}$/.test(rule.rule))
    throw invalid(`its id is '${rule.rule}'`, 'letters, digits, _ . : -');
  if (!Number.isInteger(rule.version) || rule.version < 1) throw invalid(`its version is ${rule.version}`, '1 or more');
  if (!(rule.cooldownMs >= 0)) throw invalid(`its cooldown is ${rule.cooldownMs} ms`, '0 or more');
  if (!(windowNames as readonly string[]).includes(rule.timeframe)) {
    throw invalid(`its timeframe is '${rule.timeframe}'`, `one of ${windowNames.join(', ')}`);
  }
  for (const [name, value] of Object.entries(rule.parameters)) {
    if (!Number.isFinite(value)) throw invalid(`its parameter ${name} is ${value}`, 'a number');
  }
  try {
    return { rule, ...compileCondition(rule.condition, rule.parameters, names) };
  } catch (cause) {
    if (!(cause instanceof ConditionMistake)) throw cause;
    const { position, reason, expected } = cause;
    throw new ScreenerError('RULE_CONDITION_INVALID', { rule: rule.rule, position, reason, expected }, { cause });
  }
}
