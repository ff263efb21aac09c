/** `screener rules list|show`: what is saved. */
import { reasonOf } from '@screener/errors';
import { type ConditionNames, compileRule, conditionNamesWith } from '@screener/rules';
import { type Command, type CommandIo, parseArguments, writeLine } from '../command.ts';
import { findRule, type KeptRule, readRules, rulesTopic } from '../rules/kept-rules.ts';
import { textTable, timeText } from '../text-table.ts';
import { demoOption, jsonOption, type OpenedLog, topicNamed, withLog } from '../with-log.ts';

export const oneRuleOptions = { demo: demoOption, json: jsonOption } as const;

const listOptions = {
  owner: { kind: 'text', value: 'OWNER', about: 'only rules of this user; preset: those that we ship' },
  demo: demoOption,
  json: jsonOption,
} as const;

export const rulesListCommand: Command = {
  name: 'rules list',
  summary: 'list all rules by the version that counts',
  options: listOptions,
  async run(args, io) {
    const given = parseArguments({ name: this.name, options: listOptions }, args).options;
    return withLog(io, given.demo, 'read', async (opened) => {
      await topicNamed(opened, rulesTopic);
      const kept = [...(await readRules(opened.log)).values()].filter(
        ({ rule }) => given.owner === undefined || rule.owner === given.owner,
      );
      if (given.json) for (const { rule } of kept) await writeLine(io.stdout, JSON.stringify(rule));
      else for (const line of tableOf(kept, namesOf(opened))) await writeLine(io.stdout, line);
      return 0;
    });
  },
};

const namesOf = ({ settings }: OpenedLog): ConditionNames => conditionNamesWith(settings.CUSTOM_WINDOWS);

function tableOf(kept: readonly KeptRule[], names: ConditionNames): readonly string[] {
  if (kept.length === 0) return ['no rules'];
  const rows = kept.map((each) => {
    const { rule, version, owner, timeframe, title } = each.rule;
    return [rule, `${version}`, owner, timeframe, stateOf(each, names), timeText(each.savedAt), title];
  });
  const head = ['rule', 'version', 'owner', 'timeframe', 'state', 'saved', 'title'];
  return textTable([head, ...rows], ['left', 'right', 'left', 'left', 'left', 'left', 'left']);
}

function stateOf({ rule }: KeptRule, names: ConditionNames): string {
  if (rule.enabled === false) return 'disabled';
  return problemOf(rule, names) === undefined ? 'active' : 'rests';
}

function problemOf(rule: KeptRule['rule'], names: ConditionNames): string | undefined {
  try {
    compileRule(rule, names);
    return undefined;
  } catch (cause) {
    return reasonOf(cause);
  }
}

export const rulesShowCommand: Command = {
  name: 'rules show',
  summary: 'show a rule as JSON, as `rules save` reads it',
  positionals: ['<rule>'],
  options: oneRuleOptions,
  async run(args, io) {
    return onRules(this, args, io, 'read', async (opened, id) => {
      const { rule } = findRule(await readRules(opened.log), id);
      const problem = rule.enabled === false ? undefined : problemOf(rule, namesOf(opened));
      if (problem !== undefined) io.stderr.write(`it rests: ${problem}\n`);
      return { lines: [JSON.stringify(rule, null, 2)], facts: [rule] };
    });
  },
};

interface Said {
  readonly lines: readonly string[];
  readonly facts: readonly unknown[];
}

/** What the commands about one rule or file have in common. */
export async function onRules(
  command: Command,
  args: readonly string[],
  io: CommandIo,
  access: 'read' | 'change',
  work: (opened: OpenedLog, positional: string) => Promise<Said>,
): Promise<number> {
  const { name, positionals: names } = command;
  const { options: given, positionals } = parseArguments({ name, options: oneRuleOptions }, args, names);
  return withLog(io, given.demo, access, async (opened) => {
    await topicNamed(opened, rulesTopic);
    const { lines, facts } = await work(opened, positionals[0] ?? '');
    const told = given.json ? facts.map((fact) => JSON.stringify(fact)) : lines;
    for (const line of told) await writeLine(io.stdout, line);
    return 0;
  });
}
