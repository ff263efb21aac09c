/** What is remembered of a rule on an instrument. */
export interface TriggerState {
  /** Event time of the newest alert, in ms; undefined: it never fired. */
  readonly firedAt: number | undefined;
}

export const triggerInitial: TriggerState = { firedAt: undefined };

export interface TriggerDecision {
  readonly fires: boolean;
  /** Why, in one line for people. */
  readonly reason: string;
  readonly state: TriggerState;
}

/**
 * Decides whether a rule fires for a closed minute. A pure fold: event time in, nothing else.
 * `result`: what the condition said; undefined when a number that it needs is absent.
 * `at`: event time of the minute's end, in ms.
 */
export function decideTrigger(
  state: TriggerState,
  result: boolean | undefined,
  at: number,
  cooldownMs: number,
): TriggerDecision {
  const stays = (reason: string): TriggerDecision => ({ fires: false, reason, state });
  if (result === undefined) return stays('a number that the condition needs is absent');
  if (!result) return stays('the condition does not hold');
  if (state.firedAt !== undefined) {
    if (at <= state.firedAt) return stays(`the minute is not after the last alert at ${state.firedAt}`);
    const waits = state.firedAt + cooldownMs - at;
    if (waits > 0) return stays(`cooling down for another ${waits} ms of event time`);
  }
  return { fires: true, reason: 'the condition holds and no cooldown runs', state: { firedAt: at } };
}
