/** Which rules a backtest is about: those of the log, those that we ship, or a condition that somebody tries out. */
import { ScreenerError } from '@screener/errors';
import { decodeAs, eventNameOf } from '@screener/events';
import type { Log } from '@screener/log';
import { COOLDOWN_MS_DEFAULT, presetRules, type RuleDefinition } from '@screener/rules';
import { nearestNames } from '../nearest-names.ts';

export interface RuleChoice {
  /** Ids. */
  readonly rules: readonly string[];
  readonly condition: string | undefined;
  readonly timeframe: string | undefined;
  readonly cooldownMinutes: number | undefined;
}

/** The newest version of every rule of the log, by id. */
export async function rulesOfLog(log: Log): Promise<ReadonlyMap<string, RuleDefinition>> {
  const rules = new Map<string, RuleDefinition>();
  const topics = await log.describeTopics();
  if (!topics.some(({ name }) => name === 'rules')) return rules;
  for await (const batch of log.reader({ topic: 'rules', from: 'beginning', until: 'end' })) {
    for (const { value } of batch) {
      if (value === null || eventNameOf(value) !== 'RuleSaved') continue;
      const saved = decodeAs('RuleSaved', value);
      if (saved.version > (rules.get(saved.rule)?.version ?? 0)) rules.set(saved.rule, saved);
    }
  }
  return rules;
}

export function chooseRules(choice: RuleChoice, saved: ReadonlyMap<string, RuleDefinition>): readonly RuleDefinition[] {
  const { condition, cooldownMinutes } = choice;
  if ((condition === undefined) === (choice.rules.length === 0)) {
    throw new ScreenerError('OPTION_INVALID', {
      option: '--rule',
      found: choice.rules.join(','),
      expected: condition === undefined ? 'the id of a rule, or a --condition' : 'either --rule or --condition',
      example: '--rule big_bull_60m',
    });
  }
  const known = new Map([...presetRules.map((rule) => [rule.rule, rule] as const), ...saved]);
  const rules = condition === undefined ? choice.rules.map((id) => ruleNamed(id, known)) : [triedOut(condition)];
  return rules.map((rule) => ({
    ...rule,
    enabled: true,
    ...(choice.timeframe !== undefined && { timeframe: choice.timeframe }),
    ...(cooldownMinutes !== undefined && { cooldownMs: cooldownMinutes * 60_000 }),
  }));
}

function ruleNamed(id: string, known: ReadonlyMap<string, RuleDefinition>): RuleDefinition {
  const rule = known.get(id);
  if (rule !== undefined) return rule;
  const ids = [...known.keys()];
  const near = nearestNames(id, ids);
  const expected = `one of ${(near.length > 0 ? near : ids).join(', ')}`;
  throw new ScreenerError('OPTION_INVALID', { option: '--rule', found: id, expected, example: '--rule big_bull_60m' });
}

const triedOut = (condition: string): RuleDefinition => ({
  ...{
    rule: 'condition',
    version: 1,
    owner: 'command-line',
    title: 'a condition',
    text: '',
    condition,
    parameters: {},
  },
  ...{ timeframe: '1h', cooldownMs: COOLDOWN_MS_DEFAULT },
});
