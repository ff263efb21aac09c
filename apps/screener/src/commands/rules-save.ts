/** `screener rules save|disable|restore-presets`: every change is a new version. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { reasonOf, ScreenerError } from '@screener/errors';
import {
  assertOwnersAfford,
  type ConditionNames,
  conditionNamesWith,
  type RuleDefinition,
  readRule,
  restoredPresets,
  sameRule,
} from '@screener/rules';
import type { Command } from '../command.ts';
import { appendRules, assertUsable, findRule, type KeptRule, readRules } from '../rules/kept-rules.ts';
import { COMMAND_LINE_OWNER } from '../watchlists.ts';
import { oneRuleOptions, onRules } from './rules.ts';

/** What is saved at once; a file of rules is read whole. */
const RULES_MAX = 20_000;

export const rulesSaveCommand: Command = {
  name: 'rules save',
  summary: 'save the rule or rules of a JSON file as their next versions; in force from the next minute on',
  positionals: ['<file>'],
  options: oneRuleOptions,
  more: [
    'The file has one rule or a list of them, as `rules show` prints them; what may be left out gets its default. The version',
    'is the one that the rule was made from: where somebody else saved another one since, nothing is saved. A rule without a',
    'version is made from the newest. All rules of the file are saved, or none.',
    '',
    'Example:\n  screener rules show big_bull_60m > rule.json   # edit it\n  screener rules save rule.json',
  ].join('\n'),
  async run(args, io) {
    return onRules(this, args, io, 'change', async ({ log, settings }, file) => {
      const known = await readRules(log);
      const names = conditionNamesWith(settings.CUSTOM_WINDOWS);
      const wanted = rulesOfFile(file).map((value) => nextVersion(value, known, names));
      refuseTwice(wanted);
      const changed = wanted.filter((rule) => {
        const before = known.get(rule.rule)?.rule;
        return before === undefined || !sameRule(before, rule);
      });
      await assertUsable(log, changed, names);
      const ids = new Set(changed.map(({ rule }) => rule));
      const others = [...known.values()].flatMap(({ rule }) => (ids.has(rule.rule) ? [] : [rule]));
      assertOwnersAfford(changed, others, names);
      await appendRules(log, changed, saveNow());
      const unchanged = wanted.filter((rule) => !changed.includes(rule));
      return {
        lines: [...changed.map(savedText), ...unchanged.map(({ rule }) => `${rule} is as it was`)],
        facts: changed,
      };
    });
  },
};

const saveNow = (): { nowMs: number; save: string } => ({ nowMs: Date.now(), save: randomUUID() });

const savedText = ({ rule, version }: RuleDefinition): string => `saved ${rule} version ${version}`;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function rulesOfFile(file: string): readonly unknown[] {
  const expected = 'a JSON file with a rule, or a list of rules';
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new ScreenerError('FILE_UNREADABLE', { file, reason: reasonOf(cause), expected }, { cause });
  }
  const rules = Array.isArray(parsed) ? parsed : [parsed];
  if (rules.length > 0 && rules.length <= RULES_MAX) return rules;
  throw new ScreenerError('FILE_UNREADABLE', {
    file,
    reason: `it has ${rules.length} rules`,
    expected: `1 to ${RULES_MAX}`,
  });
}

/** Of two versions with one number the second would be saved and never count. */
function refuseTwice(rules: readonly RuleDefinition[]): void {
  const ids = new Set<string>();
  for (const { rule } of rules) {
    if (ids.has(rule)) {
      throw new ScreenerError('RULE_INVALID', { rule, reason: 'the file has it twice', expected: 'each rule once' });
    }
    ids.add(rule);
  }
}

function nextVersion(value: unknown, known: ReadonlyMap<string, KeptRule>, names: ConditionNames): RuleDefinition {
  const written = isObject(value) ? { owner: COMMAND_LINE_OWNER, ...value } : value;
  const rule = readRule(written, names);
  const newest = known.get(rule.rule)?.rule.version ?? 0;
  const from = isObject(value) && value.version !== undefined ? rule.version : newest;
  if (from !== newest && !(newest === 0 && from === 1)) {
    const reason = `it was made from version ${from}, and version ${newest} counts by now`;
    throw new ScreenerError('RULE_INVALID', {
      rule: rule.rule,
      reason,
      expected: 'the rule as rules show prints it now',
    });
  }
  return { ...rule, version: newest + 1 };
}

export const rulesDisableCommand: Command = {
  name: 'rules disable',
  summary: 'keep a rule, but evaluate it no more; `rules save` with "enabled": true takes it up again',
  positionals: ['<rule>'],
  options: oneRuleOptions,
  async run(args, io) {
    return onRules(this, args, io, 'change', async ({ log }, id) => {
      const { rule } = findRule(await readRules(log), id);
      if (rule.enabled === false) return { lines: [`${id} is disabled already`], facts: [] };
      const disabled = { ...rule, version: rule.version + 1, enabled: false };
      await appendRules(log, [disabled], saveNow());
      return { lines: [savedText(disabled)], facts: [disabled] };
    });
  },
};

export const rulesRestorePresetsCommand: Command = {
  name: 'rules restore-presets',
  summary: 'save the presets as they were shipped, as new versions: one of them, or all',
  positionals: ['[rule]'],
  options: oneRuleOptions,
  async run(args, io) {
    return onRules(this, args, io, 'change', async ({ log }, id) => {
      const known = await readRules(log);
      if (id !== '') findRule(known, id);
      const newest = new Map([...known].map(([rule, kept]) => [rule, kept.rule]));
      const restored = restoredPresets(newest, id === '' ? undefined : new Set([id]));
      await appendRules(log, restored, saveNow());
      const lines = restored.length === 0 ? ['all presets are as they were shipped'] : restored.map(savedText);
      return { lines, facts: restored };
    });
  },
};
