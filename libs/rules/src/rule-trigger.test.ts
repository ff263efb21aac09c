import { describe, expect, it } from 'vitest';
import type { RuleDefinition } from './rule.ts';
import {
  compileTrigger,
  decideTrigger,
  nothingToDecide,
  type TriggerDecision,
  type TriggerState,
  triggerInitial,
  triggerReasonText,
} from './rule-trigger.ts';
import { ruleOf } from './testing/rule-of.ts';

const MINUTE = 60_000;
const begin = Date.UTC(2026, 0, 5);
type Result = boolean | undefined;

/** The end of the n-th minute. */
const closed = (minute: number, result: Result) => ({
  openTime: begin + minute * MINUTE,
  at: begin + (minute + 1) * MINUTE,
  closed: true,
  result,
});
/** A price so many seconds into the n-th minute. */
const live = (minute: number, second: number, result: Result) => ({
  openTime: begin + minute * MINUTE,
  at: begin + minute * MINUTE + second * 1_000,
  closed: false,
  result,
});
type Input = ReturnType<typeof closed>;

function decide(rule: RuleDefinition, inputs: readonly Input[], from: TriggerState = triggerInitial) {
  const trigger = compileTrigger(rule);
  const decisions: TriggerDecision[] = [];
  let state = from;
  for (const input of inputs) {
    const decision = decideTrigger(trigger, state, input);
    state = decision.state;
    decisions.push(decision);
  }
  return { decisions, state, reasons: decisions.map(({ reason }) => reason) };
}

const firedMinutes = (change: Partial<RuleDefinition>, results: readonly Result[]): number[] =>
  decide(
    ruleOf(change),
    results.map((result, minute) => closed(minute, result)),
  ).decisions.flatMap(({ fires }, minute) => (fires ? [minute] : []));

const always = Array.from({ length: 12 }, () => true);

describe('on closed minutes', () => {
  it('fires again only after the cooldown, counted from the last alert in event time', () => {
    expect(firedMinutes({ cooldownMs: 5 * MINUTE }, always)).toEqual([0, 5, 10]);
    expect(firedMinutes({ cooldownMs: 5 * MINUTE + 1 }, always)).toEqual([0, 6]);
    expect(firedMinutes({ cooldownMs: 0 }, always)).toHaveLength(12);
  });

  it('does not fire on false or absent, and these do not touch the cooldown', () => {
    const results = [false, undefined, true, false, undefined, true, false, true];
    expect(firedMinutes({ cooldownMs: 5 * MINUTE }, results)).toEqual([2, 7]);
  });

  it('holds for exactly so many minutes in a row: false, absent and a minute left out begin anew', () => {
    const three = { forMinutes: 3 };
    expect(firedMinutes(three, [true, true, true, true])).toEqual([2, 3]);
    expect(firedMinutes(three, [true, true, false, true, true, true])).toEqual([5]);
    expect(firedMinutes(three, [true, true, undefined, true, true, true])).toEqual([5]);
    const gap = [0, 1, 3, 4, 5].map((minute) => closed(minute, true));
    expect(decide(ruleOf(three), gap).reasons).toEqual([...Array(4).fill('not_long_enough'), 'fires']);
    expect(firedMinutes({ forMinutes: 1 }, [true])).toEqual([0]);
  });

  it('fires once, once per bar of the timeframe, or every time', () => {
    expect(firedMinutes({ frequency: 'once' }, always)).toEqual([0]);
    expect(firedMinutes({ frequency: 'once_per_bar' }, [false, false, ...always])).toEqual([2, 5, 10]);
    expect(firedMinutes({ frequency: 'once_per_minute' }, always)).toHaveLength(12);
  });

  it('a live price means nothing to it', () => {
    expect(decide(ruleOf(), [live(0, 5, true)]).reasons).toEqual(['closed_only']);
  });

  it('rests outside its hours, and what holds meanwhile counts', () => {
    const schedule = { timeZone: 'UTC', days: [], from: '00:05', until: '00:08', startAt: null, expireAt: null };
    expect(firedMinutes({ schedule, forMinutes: 3 }, always)).toEqual([4, 5, 6]);
  });
});

describe('on live prices', () => {
  const rule = ruleOf({ mode: 'live' });

  it('fires at each crossing, numbered within the minute, and not while it goes on holding', () => {
    const inputs = [false, true, true, false, true, undefined, true].map((result, second) => live(0, second, result));
    const { decisions, reasons } = decide(rule, [...inputs, live(1, 0, true), live(1, 1, false), live(1, 2, true)]);
    expect(reasons).toEqual([
      ...['not_held', 'fires', 'still_held', 'not_held', 'fires', 'absent', 'fires'],
      ...['still_held', 'not_held', 'fires'],
    ]);
    expect(decisions.filter(({ fires }) => fires).map(({ detail }) => detail)).toEqual([0, 1, 2, 0]);
  });

  it('the close settles what live prices missed, and repeats nothing that they told', () => {
    expect(decide(rule, [live(0, 5, false), closed(0, true)]).reasons).toEqual(['not_held', 'fires']);
    expect(decide(rule, [live(0, 5, true), closed(0, true)]).reasons).toEqual(['fires', 'minute_served']);
    const late = [live(0, 5, false), live(1, 1, true), closed(0, true), live(1, 2, true), closed(1, true)];
    expect(decide(rule, late).reasons).toEqual(['not_held', 'fires', 'not_after', 'still_held', 'minute_served']);
  });

  it('fires once per minute, or bar, whatever crosses in it', () => {
    const inputs = [0, 1, 2].flatMap((minute) => [
      live(minute, 1, true),
      live(minute, 2, false),
      live(minute, 3, true),
    ]);
    const fired = (change: Partial<RuleDefinition>) =>
      decide(ruleOf({ mode: 'live', ...change }), inputs).decisions.filter(({ fires }) => fires).length;
    expect(fired({ frequency: 'once_per_minute' })).toBe(3);
    expect(fired({ frequency: 'once_per_bar' })).toBe(1);
    expect(fired({ frequency: 'once' })).toBe(1);
    expect(fired({ frequency: 'every_time' })).toBe(4);
    expect(fired({ frequency: 'every_time', cooldownMs: MINUTE })).toBe(3);
  });

  it('a `for` counts closed minutes, of which the one in progress is none', () => {
    const held = ruleOf({ mode: 'live', forMinutes: 2, frequency: 'once' });
    const inputs = [closed(0, true), live(1, 5, true), closed(1, true)];
    expect(decide(held, inputs).reasons).toEqual(['not_long_enough', 'not_long_enough', 'fires']);
    const waits = {
      timeZone: 'UTC',
      days: [],
      from: '00:00',
      until: '00:00',
      startAt: begin + 125_000,
      expireAt: null,
    };
    expect(
      decide({ ...held, schedule: waits }, [closed(0, true), closed(1, true), live(2, 4, true), live(2, 5, true)])
        .reasons,
    ).toEqual(['off_schedule', 'off_schedule', 'off_schedule', 'fires']);
  });
});

describe('an edit of the rule', () => {
  const before = ruleOf({ frequency: 'once', cooldownMs: 5 * MINUTE });
  const { state } = decide(before, [closed(0, true)]);
  const then = (change: Partial<RuleDefinition>, minute: number) =>
    decide({ ...before, version: 2, ...change }, [closed(minute, true)], state).reasons[0];

  it('of its words, hours or universe leaves it spent', () => {
    expect(then({ title: 'Other', message: '{{symbol}}', severity: 'critical' }, 9)).toBe('spent');
  });

  it('of its condition or parameters, or arming it, lets it fire once more, and not inside the cooldown', () => {
    for (const change of [{ condition: 'change_5m > 2' }, { parameters: { least: 2 } }, { arming: 1 }]) {
      expect(then(change, 9)).toBe('fires');
      expect(then(change, 4)).toBe('cooling_down');
    }
    expect(then({ arming: 1, cooldownMs: 2 * MINUTE }, 4)).toBe('fires');
  });

  it('keeps a run that goes on, and ends one of another condition', () => {
    const held = decide(ruleOf({ forMinutes: 3 }), [closed(0, true), closed(1, true)]).state;
    const goesOn = (change: Partial<RuleDefinition>) =>
      decide(ruleOf({ forMinutes: 3, version: 2, ...change }), [closed(2, true)], held).reasons[0];
    expect(goesOn({ cooldownMs: 1, title: 'Other' })).toBe('fires');
    expect(goesOn({ forMinutes: 4 })).toBe('not_long_enough');
    expect(goesOn({ parameters: { least: 2 } })).toBe('not_long_enough');
  });
});

it('most minutes need no decision, and deciding them changes nothing', () => {
  const { state } = decide(ruleOf({ forMinutes: 2 }), [closed(0, true)]);
  expect(nothingToDecide(state, false)).toBe(false);
  expect(nothingToDecide(triggerInitial, true)).toBe(false);
  const fired = decide(ruleOf(), [closed(0, true)]).state;
  for (const result of [false, undefined]) {
    expect(nothingToDecide(fired, result)).toBe(true);
    expect(decideTrigger(compileTrigger(ruleOf()), fired, closed(1, result)).state).toBe(fired);
  }
});

it('says why in words', () => {
  const words = (change: Partial<RuleDefinition>, inputs: readonly Input[]): string => {
    const last = decide(ruleOf(change), inputs).decisions.at(-1) as TriggerDecision;
    return triggerReasonText(last, compileTrigger(ruleOf(change)));
  };
  expect(words({}, [closed(0, undefined)])).toBe('a number that the condition needs is absent');
  expect(words({}, [closed(0, false)])).toBe('the condition does not hold');
  expect(words({}, [closed(0, true)])).toBe('the condition holds, and nothing keeps the rule from firing');
  expect(words({ cooldownMs: 5 * MINUTE }, [closed(0, true), closed(1, true)])).toBe(
    'the condition holds, and the cooldown runs for another 240000 ms of event time',
  );
  expect(words({ forMinutes: 3 }, [closed(0, true), closed(1, true)])).toBe(
    'the condition has held for 2 of 3 closed minutes in a row',
  );
  expect(words({}, [closed(1, true), closed(1, true)])).toBe(
    'the moment is not after the last alert at 2026-01-05T00:02:00.000Z',
  );
  expect(words({ frequency: 'once_per_bar' }, [closed(0, true), closed(1, true)])).toBe(
    'this bar of 5 minutes has had its alert',
  );
});
