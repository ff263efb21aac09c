import type { RuleSaved } from '@screener/events';
import { type RuleDefinition, ruleLimits } from '@screener/rules';

/** The next version of a rule that failed: disabled, and its text says why. */
export function failedRule(rule: RuleDefinition, reason: string): RuleSaved {
  const text = `Disabled because it failed: ${reason}. ${rule.text}`.slice(0, ruleLimits.textLength);
  return { ...rule, version: rule.version + 1, enabled: false, text };
}
