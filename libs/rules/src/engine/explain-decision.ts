/** Why a rule fired, or did not: for people who ask. */
import { type AlertTerm, alertTerms } from '../alert-terms.ts';
import { crossingOf } from '../price-level.ts';
import { decideTrigger, type TriggerDecision, triggerReasonText } from '../rule-trigger.ts';
import type { InstrumentWatch } from './instrument-watch.ts';
import { crossingTerm, type Moment } from './moment.ts';
import type { ReadyRule, RuleState } from './rule-book.ts';

export interface Explanation {
  readonly instrument: string;
  readonly openTime: number;
  /** Event time of the moment. */
  readonly at: number;
  readonly closed: boolean;
  readonly price: number;
  readonly rule: RuleState | undefined;
  readonly fires: boolean;
  /** In one line. */
  readonly reason: string;
  /** What the condition says; undefined: absent, or not asked. */
  readonly result: boolean | undefined;
  readonly terms: readonly AlertTerm[];
  readonly metrics: Readonly<Record<string, number>>;
}

export interface DecisionAsked {
  readonly state: RuleState | undefined;
  readonly ready: ReadyRule | undefined;
  readonly watch: InstrumentWatch;
  readonly moment: Moment;
  readonly look: { readonly rank: () => number | undefined };
}

export function explainDecision({ state, ready, watch, moment, look }: DecisionAsked): Explanation {
  const { openTime, at, closed, price, step } = moment;
  const about = { instrument: watch.instrument, openTime, at, closed, price, rule: state };
  if (ready === undefined) {
    return { ...about, fires: false, reason: restReason(state), result: undefined, terms: [], metrics: {} };
  }
  const { compiled, level, trigger, universe, definition } = ready;
  const { input } = watch.minutes;
  const crossed = level === undefined ? undefined : crossingOf(level, step);
  const condition = compiled.evaluate(input);
  const result = level !== undefined && crossed === undefined ? false : condition;
  const crossing = level === undefined ? [] : [crossingTerm(level.level, step, crossed)];
  const terms = [...crossing, ...alertTerms(compiled.explain(input))];
  const metrics: Record<string, number> = {};
  for (const name of compiled.names) {
    const slot = watch.names.find(name)?.slot;
    const value = slot === undefined ? undefined : input.number(slot);
    if (value !== undefined) metrics[name] = value;
  }
  const outside = universe.test.reasonAgainst(watch.membership.facts(look.rank()));
  if (outside !== undefined) {
    return {
      ...about,
      fires: false,
      reason: `the rule is not for this instrument: ${outside}`,
      result,
      terms,
      metrics,
    };
  }
  const decision: TriggerDecision = decideTrigger(trigger, watch.trigger(definition.rule), {
    openTime,
    at,
    closed,
    result,
  });
  return { ...about, fires: decision.fires, reason: triggerReasonText(decision, trigger), result, terms, metrics };
}

function restReason(state: RuleState | undefined): string {
  if (state === undefined) return 'there was no such rule in force at that minute';
  if (state.status === 'disabled') return `version ${state.definition.version} was disabled`;
  return `version ${state.definition.version} rested: ${state.reason ?? state.status}`;
}
