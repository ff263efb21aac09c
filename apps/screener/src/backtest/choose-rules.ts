/** Which rules a backtest is about: those of the log, those that we ship, or a condition that somebody tries out. */
import { ScreenerError } from '@screener/errors';
import type { Log } from '@screener/log';
import { parseInstrument } from '@screener/market';
import { COOLDOWN_MS_DEFAULT, presetRules, type RuleDefinition, TIMEFRAME_DEFAULT } from '@screener/rules';
import { nearestNames } from '../nearest-names.ts';
import { readRules, rulesTopic } from '../rules/kept-rules.ts';
import { findWatchlist } from '../watchlists.ts';

export interface RuleChoice {
  /** Ids. */
  readonly rules: readonly string[];
  readonly condition: string | undefined;
  readonly timeframe: string | undefined;
  readonly cooldownMinutes: number | undefined;
}

/** The version of each rule that counts in the log, by id. */
export async function rulesOfLog(log: Log): Promise<ReadonlyMap<string, RuleDefinition>> {
  const topics = await log.describeTopics();
  if (!topics.some(({ name }) => name === rulesTopic)) return new Map();
  return new Map([...(await readRules(log))].map(([id, { rule }]) => [id, rule]));
}

/** For the symbols that are on its watchlist now. Throws where there is no such list, or nothing on it. */
export async function withoutWatchlist(log: Log, rule: RuleDefinition): Promise<RuleDefinition> {
  const { universe, owner } = rule;
  if (!universe?.watchlist) return rule;
  const { list } = await findWatchlist(log, owner, universe.watchlist);
  const { symbols } = universe;
  const listed = symbols.length === 0 ? list.symbols : list.symbols.filter((symbol) => symbols.includes(symbol));
  if (listed.length > 0) return { ...rule, universe: { ...universe, watchlist: null, symbols: listed } };
  const reason = `there is nothing for it on the watchlist ${universe.watchlist}`;
  throw new ScreenerError('RULE_INVALID', { rule: rule.rule, reason, expected: 'a list with symbols, or --symbols' });
}

/** A watchlist may be longer than what a rule names itself: what nothing is known of can be left out. */
export function withKnownSymbols(rule: RuleDefinition, known: ReadonlySet<string>): RuleDefinition {
  const { universe } = rule;
  if (!universe || universe.symbols.length === 0) return rule;
  const names = new Set([...known].flatMap((name) => [name, parseInstrument(name)?.symbol ?? name]));
  const symbols = universe.symbols.filter((symbol) => names.has(symbol));
  // None at all would mean any.
  return { ...rule, universe: { ...universe, symbols: symbols.length > 0 ? symbols : universe.symbols.slice(0, 1) } };
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
  const rules =
    condition === undefined ? [...new Set(choice.rules)].map((id) => ruleNamed(id, known)) : [triedOut(condition)];
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
  ...{ timeframe: TIMEFRAME_DEFAULT, cooldownMs: COOLDOWN_MS_DEFAULT },
});
