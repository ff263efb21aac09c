import { describe, expect, it } from 'vitest';
import { alertId } from './alert-id.ts';
import { decideTrigger, type TriggerState, triggerInitial } from './rule-trigger.ts';

const MINUTE = 60_000;

function firedMinutes(results: readonly (boolean | undefined)[], cooldownMs: number): number[] {
  let state: TriggerState = triggerInitial;
  const fired: number[] = [];
  results.forEach((result, minute) => {
    const decision = decideTrigger(state, result, minute * MINUTE, cooldownMs);
    state = decision.state;
    if (decision.fires) fired.push(minute);
  });
  return fired;
}

describe('the trigger', () => {
  it('fires again only after the cooldown, counted from the last alert in event time', () => {
    const always = Array.from({ length: 12 }, () => true);
    expect(firedMinutes(always, 5 * MINUTE)).toEqual([0, 5, 10]);
    expect(firedMinutes(always, 5 * MINUTE + 1)).toEqual([0, 6]);
    expect(firedMinutes(always, 0)).toHaveLength(12);
  });

  it('does not fire on false or absent, and these do not touch the cooldown', () => {
    expect(firedMinutes([false, undefined, true, false, undefined, true, false, true], 5 * MINUTE)).toEqual([2, 7]);
  });

  it('names its reason', () => {
    const reason = (state: TriggerState, result: boolean | undefined, at: number): string =>
      decideTrigger(state, result, at, 5 * MINUTE).reason;
    expect(reason(triggerInitial, undefined, 0)).toBe('a number that the condition needs is absent');
    expect(reason(triggerInitial, false, 0)).toBe('the condition does not hold');
    expect(reason(triggerInitial, true, 0)).toBe('the condition holds and no cooldown runs');
    const fired = { firedAt: 10 * MINUTE };
    expect(reason(fired, true, 11 * MINUTE)).toBe('cooling down for another 240000 ms of event time');
    expect(reason(fired, true, 10 * MINUTE)).toBe('the minute is not after the last alert at 600000');
    expect(decideTrigger(fired, true, 9 * MINUTE, 0).fires).toBe(false);
  });
});

describe('alert ids', () => {
  const alert = { instrument: 'binance:usdm:BTCUSDT', rule: 'big_bull_60m', version: 1, openTime: 1_700_000_040_000 };

  it('are the same for the same alert, for ever', () => {
    expect(alertId(alert)).toBe(alertId({ ...alert, ordinal: 0 }));
    expect(alertId(alert)).toMatchInlineSnapshot(`"de6e74b6-62f6-885b-9aef-f818b7a7f923"`);
    expect(alertId(alert)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('differ where anything differs', () => {
    const others = [
      alert,
      { ...alert, instrument: 'binance:usdm:ETHUSDT' },
      { ...alert, rule: 'big_bear_60m' },
      { ...alert, version: 2 },
      { ...alert, version: 11 },
      { ...alert, openTime: alert.openTime + 60_000 },
      { ...alert, ordinal: 1 },
    ];
    expect(new Set(others.map(alertId)).size).toBe(others.length);
  });
});
