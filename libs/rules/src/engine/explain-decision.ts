/** Why a rule fired, or did not: for people who ask. */
import { type AlertTerm, alertTerms } from '../alert-terms.ts';
import { crossingOf } from '../price-level.ts';
import { decideTrigger, type TriggerDecision, triggerReasonText } from '../rule-trigger.ts';
import type { InstrumentWatch } from './instrument-watch.ts';
import { crossingTerm, type Moment } from './moment.ts';
import { asksOnTheWay, type PriceTouch, touchesOf, touchTerm, touchWords } from './price-touch.ts';
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

export function explainDecision(asked: DecisionAsked): Explanation {
  const { state, ready, watch, moment } = asked;
  const { openTime, at, closed, price } = moment;
  const about = { instrument: watch.instrument, openTime, at, closed, price, rule: state };
  if (ready === undefined) {
    return { ...about, fires: false, reason: restReason(state), result: undefined, terms: [], metrics: {} };
  }
  const touch = touchOf(ready, watch, moment);
  if (touch === undefined) return { ...about, ...explained(asked, ready, undefined) };
  watch.minutes.movePrice(touch.price);
  const found = explained(asked, ready, touch);
  watch.minutes.movePrice(undefined);
  return { ...about, price: touch.price, ...found };
}

/** The price on the way at which the condition holds, where it does not at the price itself. */
function touchOf(ready: ReadyRule, { minutes }: InstrumentWatch, { step }: Moment): PriceTouch | undefined {
  const touches = asksOnTheWay(ready) ? touchesOf(step) : [];
  const { evaluate } = ready.compiled;
  if (touches.length === 0 || evaluate(minutes.input) === true) return undefined;
  const found = touches.find(({ price }) => {
    minutes.movePrice(price);
    return evaluate(minutes.input) === true;
  });
  minutes.movePrice(undefined);
  return found;
}

type Explained = Pick<Explanation, 'fires' | 'reason' | 'result' | 'terms' | 'metrics'>;

function explained(
  { watch, moment, look }: DecisionAsked,
  { compiled, level, trigger, universe, definition }: ReadyRule,
  touch: PriceTouch | undefined,
): Explained {
  const { openTime, at, closed, step } = moment;
  const { input } = watch.minutes;
  const crossed = level === undefined ? undefined : crossingOf(level, step);
  const condition = compiled.evaluate(input);
  const result = level !== undefined && crossed === undefined ? false : condition;
  const crossing = level === undefined ? [] : [crossingTerm(level.level, step, crossed)];
  const touching = touch === undefined ? [] : [touchTerm(touch)];
  const terms = [...crossing, ...touching, ...alertTerms(compiled.explain(input))];
  const metrics: Record<string, number> = {};
  for (const name of compiled.names) {
    const slot = watch.names.find(name)?.slot;
    const value = slot === undefined ? undefined : input.number(slot);
    if (value !== undefined) metrics[name] = value;
  }
  const outside = universe.test.reasonAgainst(watch.membership.facts(look.rank()));
  if (outside !== undefined) {
    return { fires: false, reason: `the rule is not for this instrument: ${outside}`, result, terms, metrics };
  }
  const touched = touch !== undefined;
  const decision: TriggerDecision = decideTrigger(trigger, watch.trigger(definition.rule), {
    ...{ openTime, at, closed, touched },
    result: touched ? false : result,
  });
  const where = touch === undefined ? '' : `at ${touch.price}, the ${touchWords(touch.side)}: `;
  return { fires: decision.fires, reason: `${where}${triggerReasonText(decision, trigger)}`, result, terms, metrics };
}

function restReason(state: RuleState | undefined): string {
  if (state === undefined) return 'there was no such rule in force at that minute';
  if (state.status === 'disabled') return `version ${state.definition.version} was disabled`;
  return `version ${state.definition.version} rested: ${state.reason ?? state.status}`;
}
