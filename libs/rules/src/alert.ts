/** What an alert says: made of the rule, the minute and nothing else, so that live, replay, backtest and explanation agree. */
import { alertId } from './alert-id.ts';
import { type AlertNumbers, alertNumbers } from './alert-numbers.ts';
import { type AlertTerm, alertTerms } from './alert-terms.ts';
import type { CompiledRule } from './compile-rule.ts';
import { type ConditionNames, conditionNames } from './condition-names.ts';
import type { EvaluationInput } from './evaluation-input.ts';
import type { MessageTemplate } from './message-template.ts';
import type { Severity } from './rule.ts';

/** The event AlertTriggered, field by field. */
export interface Alert extends AlertNumbers {
  readonly id: string;
  readonly instrument: string;
  readonly rule: string;
  readonly ruleVersion: number;
  readonly title: string;
  readonly openTime: number;
  readonly triggeredAt: number;
  readonly timeframe: string;
  readonly price: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly ordinal: number;
  readonly provisional: boolean;
  readonly severity: Severity;
  readonly owner: string;
  readonly message: string;
  readonly terms: readonly AlertTerm[];
}

export interface FiredRule {
  readonly compiled: CompiledRule;
  readonly message: MessageTemplate;
  /** Those that the rule was compiled with. */
  readonly names?: ConditionNames | undefined;
}

export interface FiringMinute {
  /** `exchange:market:symbol` */
  readonly instrument: string;
  readonly openTime: number;
  /** Event time: the end of a closed minute, or the moment of a live price. */
  readonly at: number;
  readonly price: number;
  readonly closed: boolean;
  /** `detail` of the decision that fires. */
  readonly ordinal: number;
  readonly input: EvaluationInput;
}

export function alertOf({ compiled, message, names = conditionNames }: FiredRule, minute: FiringMinute): Alert {
  const { rule } = compiled;
  const { instrument, openTime, at, price, ordinal, input } = minute;
  const read = (name: string): number | undefined => {
    const slot = names.find(name)?.slot;
    return slot === undefined ? undefined : input.number(slot);
  };
  const numbers = alertNumbers(rule.timeframe, read);
  return {
    id: alertId({ instrument, rule: rule.rule, version: rule.version, openTime, ordinal }),
    instrument,
    rule: rule.rule,
    ruleVersion: rule.version,
    title: rule.title,
    openTime,
    triggeredAt: at,
    timeframe: rule.timeframe,
    price,
    ...numbers,
    metrics: numbersRead(compiled.names, read),
    ordinal,
    provisional: !minute.closed,
    severity: rule.severity ?? 'info',
    owner: rule.owner,
    message: message.render({ rule, instrument, price, triggeredAt: at, numbers }, read),
    terms: alertTerms(compiled.explain(input)),
  };
}

/** What is not a number cannot be kept in a database or a JSON text; the terms tell of it. */
function numbersRead(
  names: readonly string[],
  read: (name: string) => number | undefined,
): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const name of names) {
    const value = read(name);
    if (value !== undefined && Number.isFinite(value)) found[name] = value;
  }
  return found;
}

/** A number of an alert that is another one now: the record AlertChange of the event AlertAmended. */
export interface AlertChange {
  readonly name: string;
  readonly before: number | null;
  readonly after: number | null;
}

/** The numbers that an alert carries outside of `metrics`. */
export const alertNumberNames = [
  'price',
  'volume',
  'changePct',
  'volumeIncrease',
  'candleSizePct',
  'momentumScore',
] as const satisfies readonly (keyof Alert)[];

type Told = Pick<Alert, 'metrics'> & { readonly [N in (typeof alertNumberNames)[number]]?: number | null | undefined };

/** What of an alert as it was told is different by the numbers as they are now; empty: nothing. */
export function alertChanges(told: Told, now: Told): readonly AlertChange[] {
  const own = alertNumberNames.map((name) => ({ name, before: told[name] ?? null, after: now[name] ?? null }));
  const names = [...new Set([...Object.keys(told.metrics), ...Object.keys(now.metrics)])].sort();
  const read = names.map((name) => ({
    name,
    before: told.metrics[name] ?? null,
    after: now.metrics[name] ?? null,
  }));
  return [...own, ...read].filter(({ before, after }) => before !== after);
}
