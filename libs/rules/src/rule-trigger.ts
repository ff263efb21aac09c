/**
 * When a rule fires on an instrument: a pure fold. What the condition said goes in, event time and nothing else decides.
 * docs/rules.md says in words what is decided here, and what an edit of the rule resets.
 */
import { createHash } from 'node:crypto';
import { barOpenTime, MINUTE_MS } from '@screener/market';
import { isPriceLevel, type RuleDefinition, type TriggerFrequency } from './rule.ts';
import { scheduleReader } from './schedule.ts';
import { timeframeMinutes } from './timeframe.ts';

/** What of a rule decides when it fires, made once per version. */
export interface RuleTrigger {
  /** What the rule waits for, as a number: state that is about another meaning is not carried on. */
  readonly meaning: number;
  readonly live: boolean;
  readonly frequency: TriggerFrequency;
  readonly cooldownMs: number;
  readonly forMinutes: number;
  readonly barMinutes: number;
  /** A price level: its result is true where it is crossed, not while the price is beyond it. */
  readonly crossing: boolean;
  /** undefined: always. */
  readonly mayFireAt: ((at: number) => boolean) | undefined;
}

export function compileTrigger(rule: RuleDefinition): RuleTrigger {
  return {
    meaning: meaningOf(rule),
    live: rule.mode === 'live',
    frequency: rule.frequency ?? 'every_time',
    cooldownMs: rule.cooldownMs,
    forMinutes: rule.forMinutes ?? 0,
    barMinutes: timeframeMinutes(rule.timeframe) ?? 1,
    crossing: isPriceLevel(rule),
    mayFireAt: rule.schedule ? scheduleReader(rule.schedule) : undefined,
  };
}

/** 48 bits of what the rule waits for. Of the texts, not of what they compile to: a new release must not reset anything. */
function meaningOf(rule: RuleDefinition): number {
  const parameters = Object.entries(rule.parameters).sort(([one], [other]) => (one < other ? -1 : 1));
  const level = isPriceLevel(rule) ? [rule.priceLevel.level, rule.priceLevel.direction] : null;
  const text = JSON.stringify([rule.condition, parameters, level, rule.mode ?? 'close', rule.arming ?? 0]);
  return createHash('sha256').update(text).digest().readUIntBE(0, 6);
}

/** What is remembered of a rule on an instrument. */
export interface TriggerState {
  /** Meaning of the rule that `heldFrom`, `heldUntil`, `spent` and `disarmed` are about. */
  readonly meaning: number;
  /** Event time of the newest alert, in ms; undefined: it never fired. */
  readonly firedAt: number | undefined;
  /** Minute of the newest alert, and how many this minute has had. */
  readonly firedOpenTime: number | undefined;
  readonly firedCount: number;
  /** First and newest of the closed minutes in a row that held; only where the rule has a `for`. */
  readonly heldFrom: number | undefined;
  readonly heldUntil: number | undefined;
  /** It fired, and its frequency was `once`. */
  readonly spent: boolean;
  /** It has held ever since it fired on a live price: what fires next is a new crossing. */
  readonly disarmed: boolean;
}

export const triggerInitial: TriggerState = {
  meaning: 0,
  firedAt: undefined,
  firedOpenTime: undefined,
  firedCount: 0,
  heldFrom: undefined,
  heldUntil: undefined,
  spent: false,
  disarmed: false,
};

export interface TriggerInput {
  /** Open time of the minute. */
  readonly openTime: number;
  /** Event time in ms: the end of a closed minute, or the moment of a live price. */
  readonly at: number;
  readonly closed: boolean;
  /** What the condition said; undefined: a number that it needs is absent. */
  readonly result: boolean | undefined;
  /** It did not hold at the price, and did at one that the price had on the way there. */
  readonly touched?: boolean;
}

export type TriggerReason =
  | 'fires'
  | 'absent'
  | 'not_held'
  | 'closed_only'
  | 'off_schedule'
  | 'not_long_enough'
  | 'spent'
  | 'not_after'
  | 'still_held'
  | 'minute_served'
  | 'bar_served'
  | 'cooling_down';

export interface TriggerDecision {
  readonly fires: boolean;
  readonly reason: TriggerReason;
  /** Of `not_after` and `cooling_down`: ms. Of `not_long_enough`: minutes held. Of `fires`: alerts that the minute had before. */
  readonly detail: number;
  readonly state: TriggerState;
}

/** True where deciding would change nothing and fire nothing: most rules in most minutes. */
export const nothingToDecide = (state: TriggerState, result: boolean | undefined): boolean =>
  result !== true && state.heldUntil === undefined && !state.disarmed;

/** Decides whether a rule fires. Closed minutes come in their order; live prices of the next minute may come between. */
export function decideTrigger(trigger: RuleTrigger, given: TriggerState, input: TriggerInput): TriggerDecision {
  const known = ofMeaning(given, trigger.meaning);
  const state = advanced(trigger, known, input);
  const [reason, detail] = input.touched
    ? reasonAgainstTouch(trigger, known, state, input)
    : reasonAgainst(trigger, state, input);
  if (reason !== 'fires') return { fires: false, reason, detail, state };
  return {
    fires: true,
    reason,
    detail,
    state: {
      ...state,
      meaning: trigger.meaning,
      firedAt: input.at,
      firedOpenTime: input.openTime,
      firedCount: detail + 1,
      spent: trigger.frequency === 'once',
      // What was only touched on the way has ended already.
      disarmed: waitsForCrossing(trigger) && input.touched !== true,
    },
  };
}

/** For those who know of an alert and of nothing else: as the rule was left when it was told. */
export function stateAfterAlert(rule: RuleDefinition, told: { at: number; openTime: number }): TriggerState {
  const trigger = compileTrigger(rule);
  return {
    ...triggerInitial,
    ...{ meaning: trigger.meaning, firedAt: told.at, firedOpenTime: told.openTime, firedCount: 1 },
    ...{ spent: trigger.frequency === 'once', disarmed: waitsForCrossing(trigger) },
  };
}

/** An edit that gives the rule another meaning ends what was about the old one; cooldown and ordinals go on. */
function ofMeaning(state: TriggerState, meaning: number): TriggerState {
  if (state.meaning === meaning || !isAboutMeaning(state)) return state;
  return { ...state, meaning, heldFrom: undefined, heldUntil: undefined, spent: false, disarmed: false };
}

const isAboutMeaning = ({ heldUntil, spent, disarmed }: TriggerState): boolean =>
  heldUntil !== undefined || spent || disarmed;

/** A rule of this state decides as one that never fired. */
export const saysNothing = (state: TriggerState): boolean => state.firedAt === undefined && !isAboutMeaning(state);

const waitsForCrossing = (trigger: RuleTrigger): boolean =>
  trigger.live && trigger.frequency === 'every_time' && !trigger.crossing;

/** What the minute or price changes in the state, whether or not the rule fires. */
function advanced(
  trigger: RuleTrigger,
  state: TriggerState,
  { openTime, at, closed, result }: TriggerInput,
): TriggerState {
  const ends = state.disarmed && result !== true && at > (state.firedAt ?? at);
  const armed = ends ? { ...state, disarmed: false } : state;
  // A minute that was counted, or comes late, says nothing new about the row.
  if (!closed || (armed.heldUntil !== undefined && openTime <= armed.heldUntil)) return armed;
  if (result !== true || trigger.forMinutes <= 1) {
    return armed.heldUntil === undefined ? armed : { ...armed, heldFrom: undefined, heldUntil: undefined };
  }
  const follows = armed.heldUntil === openTime - MINUTE_MS;
  return { ...armed, meaning: trigger.meaning, heldFrom: follows ? armed.heldFrom : openTime, heldUntil: openTime };
}

/** What held at the look before, too, never ended in between: it is no new crossing, and it has ended now. */
function reasonAgainstTouch(
  trigger: RuleTrigger,
  known: TriggerState,
  state: TriggerState,
  input: TriggerInput,
): readonly [TriggerReason, number] {
  return known.disarmed ? ['still_held', 0] : reasonAgainst(trigger, state, { ...input, result: true });
}

function reasonAgainst(
  trigger: RuleTrigger,
  state: TriggerState,
  { openTime, at, closed, result }: TriggerInput,
): readonly [TriggerReason, number] {
  if (!closed && !trigger.live) return ['closed_only', 0];
  if (result === undefined) return ['absent', 0];
  if (!result) return ['not_held', 0];
  if (trigger.mayFireAt?.(at) === false) return ['off_schedule', 0];
  if (trigger.forMinutes > 1) {
    const held = minutesHeld(state, closed ? openTime : openTime - MINUTE_MS);
    if (held < trigger.forMinutes) return ['not_long_enough', held];
  }
  if (trigger.frequency === 'once' && state.spent) return ['spent', 0];
  const { firedAt, firedOpenTime } = state;
  if (firedAt === undefined || firedOpenTime === undefined) return ['fires', 0];
  if (at <= firedAt) return ['not_after', firedAt];
  if (state.disarmed && !closed && waitsForCrossing(trigger)) return ['still_held', 0];
  const sameMinute = firedOpenTime === openTime;
  // The close of a minute settles what its live prices missed, and nothing that they told.
  if (sameMinute && (closed || trigger.frequency === 'once_per_minute')) return ['minute_served', 0];
  if (trigger.frequency === 'once_per_bar') {
    const barOf = (time: number): number => barOpenTime(time, trigger.barMinutes);
    if (barOf(firedOpenTime) === barOf(openTime)) return ['bar_served', 0];
  }
  const waitsMs = firedAt + trigger.cooldownMs - at;
  if (waitsMs > 0) return ['cooling_down', waitsMs];
  return ['fires', sameMinute ? state.firedCount : 0];
}

const minutesHeld = ({ heldFrom, heldUntil }: TriggerState, newest: number): number =>
  heldFrom === undefined || heldUntil !== newest ? 0 : (heldUntil - heldFrom) / MINUTE_MS + 1;

/** Why it fired or not, in one line for people. */
export function triggerReasonText({ reason, detail }: TriggerDecision, trigger: RuleTrigger): string {
  switch (reason) {
    case 'fires':
      return 'the condition holds, and nothing keeps the rule from firing';
    case 'absent':
      return 'a number that the condition needs is absent';
    case 'not_held':
      return trigger.crossing ? 'the price did not cross the level' : 'the condition does not hold';
    case 'closed_only':
      return 'the minute is not over, and the rule looks at closed candles only';
    case 'off_schedule':
      return 'the condition holds, outside the hours or days of the rule';
    case 'not_long_enough':
      return `the condition has held for ${detail} of ${trigger.forMinutes} closed minutes in a row`;
    case 'spent':
      return 'it fires once, and it did; arming it again lets it fire once more';
    case 'not_after':
      return `the moment is not after the last alert at ${new Date(detail).toISOString()}`;
    case 'still_held':
      return 'the condition has held ever since the last alert: it has to end before it can be met again';
    case 'minute_served':
      return 'this minute has had its alert';
    case 'bar_served':
      return `this bar of ${trigger.barMinutes} minutes has had its alert`;
    case 'cooling_down':
      return `the condition holds, and the cooldown runs for another ${detail} ms of event time`;
  }
}

/** A state as a short row of numbers for a snapshot; trailing nulls are left out. */
export function packTrigger(state: TriggerState): readonly (number | null)[] {
  const { meaning, firedAt, firedOpenTime, firedCount, heldFrom, heldUntil, spent, disarmed } = state;
  const row = [
    meaning,
    (spent ? 1 : 0) + (disarmed ? 2 : 0),
    firedAt ?? null,
    firedOpenTime ?? null,
    firedCount,
    heldFrom ?? null,
    heldUntil ?? null,
  ];
  while (row.at(-1) === null) row.pop();
  return row;
}

export function unpackTrigger(row: readonly (number | null)[]): TriggerState {
  const [meaning, flags, firedAt, firedOpenTime, firedCount, heldFrom, heldUntil] = row;
  return {
    meaning: meaning ?? 0,
    firedAt: firedAt ?? undefined,
    firedOpenTime: firedOpenTime ?? undefined,
    firedCount: firedCount ?? 0,
    heldFrom: heldFrom ?? undefined,
    heldUntil: heldUntil ?? undefined,
    spent: ((flags ?? 0) & 1) !== 0,
    disarmed: ((flags ?? 0) & 2) !== 0,
  };
}
