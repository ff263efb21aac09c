/** Rules as the topic `rules` keeps them, and saving them. */
import { ruleKey } from '@screener/alerter';
import { ScreenerError } from '@screener/errors';
import { decodeAs, encodeEvent, type RuleSaved } from '@screener/events';
import type { Log } from '@screener/log';
import {
  assertUniverseMatches,
  type ConditionNames,
  compileRule,
  type InstrumentFacts,
  type RuleDefinition,
  type Watchlist,
} from '@screener/rules';
import { nearestNames } from '../nearest-names.ts';
import { readWatchlists } from '../watchlists.ts';

export const rulesTopic = 'rules';

export interface KeptRule {
  readonly rule: RuleSaved;
  readonly savedAt: number;
}

/** The version of each rule that counts, by id. Of two saves with one version the first counts. */
export async function readRules(log: Log): Promise<ReadonlyMap<string, KeptRule>> {
  const newest = new Map<string, KeptRule>();
  for await (const batch of log.reader({ topic: rulesTopic, from: 'beginning', until: 'end' })) {
    for (const { value, timestamp } of batch) {
      if (value === null) continue;
      const rule = decodeAs('RuleSaved', value);
      if (rule.version > (newest.get(rule.rule)?.rule.version ?? 0))
        newest.set(rule.rule, { rule, savedAt: timestamp });
    }
  }
  return new Map([...newest].sort(([one], [other]) => (one < other ? -1 : 1)));
}

export function findRule(rules: ReadonlyMap<string, KeptRule>, id: string): KeptRule {
  const found = rules.get(id);
  if (found !== undefined) return found;
  const known = [...rules.keys()];
  const near = nearestNames(id, known);
  const listed = (near.length > 0 ? near : known).slice(0, 20).join(', ');
  const expected = listed === '' ? 'one that was saved' : near.length > 0 ? listed : `one of ${listed}`;
  throw new ScreenerError('RULE_UNKNOWN', { rule: id, expected });
}

/** Throws RULE_INVALID or RULE_CONDITION_INVALID for a rule that could never do what it says. */
export async function assertUsable(log: Log, rules: readonly RuleDefinition[], names: ConditionNames): Promise<void> {
  const instruments = await knownInstruments(log);
  const lists = new Map(
    (await readWatchlists(log)).map(({ list }) => [`${list.owner}/${list.name}`, new Set(list.symbols) as Watchlist]),
  );
  for (const rule of rules) {
    compileRule(rule, names);
    assertUniverseMatches(rule, instruments, lists.get(`${rule.owner}/${rule.universe?.watchlist}`));
  }
}

async function knownInstruments(log: Log): Promise<readonly InstrumentFacts[]> {
  const known = new Map<string, InstrumentFacts>();
  for await (const batch of log.reader({ topic: 'instruments', from: 'beginning', until: 'end' })) {
    for (const { value } of batch) {
      if (value === null) continue;
      const { instrument, quote } = decodeAs('InstrumentChanged', value);
      known.set(instrument, { instrument, quote, volumeRank: undefined });
    }
  }
  return [...known.values()];
}

/** Throws RULE_INVALID where somebody else saved one of these versions in the same moment, and came first. */
export async function appendRules(
  log: Log,
  rules: readonly RuleDefinition[],
  { nowMs, save }: { readonly nowMs: number; readonly save: string },
): Promise<void> {
  const writer = log.writer();
  try {
    await writer.append(
      rules.map((rule) => ({
        topic: rulesTopic,
        key: ruleKey(rule.rule, rule.version, save),
        timestamp: nowMs,
        value: encodeEvent('RuleSaved', rule),
      })),
    );
  } finally {
    await writer.close();
  }
  const wanted = new Set(rules.map(({ rule, version }) => `${rule} ${version}`));
  for await (const batch of log.reader({ topic: rulesTopic, from: 'beginning', until: 'end' })) {
    for (const { key, value } of batch) {
      if (value === null) continue;
      const { rule, version } = decodeAs('RuleSaved', value);
      if (!wanted.delete(`${rule} ${version}`) || key === ruleKey(rule, version, save)) continue;
      const reason = `somebody else saved version ${version} in the same moment, and that one counts`;
      throw new ScreenerError('RULE_INVALID', { rule, reason, expected: 'the rule as rules show prints it now' });
    }
  }
}
