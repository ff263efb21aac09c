/** The trigger beside one that keeps everything and looks it all up again at every minute. */
import { barOpenTime } from '@screener/market';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RuleDefinition, TriggerFrequency } from './rule.ts';
import {
  compileTrigger,
  decideTrigger,
  nothingToDecide,
  packTrigger,
  type TriggerInput,
  type TriggerState,
  triggerInitial,
  unpackTrigger,
} from './rule-trigger.ts';
import { ruleOf } from './testing/rule-of.ts';

const MINUTE = 60_000;
const begin = Date.UTC(2026, 0, 5);

interface Told {
  readonly openTime: number;
  readonly at: number;
  readonly ordinal: number;
}

/** Minutes with their results; those that are left out have no candle. Held ones come in runs. */
const closedMinutes: fc.Arbitrary<readonly TriggerInput[]> = fc
  .array(
    fc.record({ length: fc.integer({ min: 1, max: 9 }), result: fc.constantFrom(true, true, false, undefined, 'gap') }),
    { minLength: 1, maxLength: 20 },
  )
  .map((runs) =>
    runs
      .flatMap(({ length, result }) => Array.from({ length }, () => result))
      .flatMap((result, minute) => {
        const openTime = begin + minute * MINUTE;
        return result === 'gap' ? [] : [{ openTime, at: openTime + MINUTE, closed: true, result } as TriggerInput];
      }),
  );

const rules: fc.Arbitrary<RuleDefinition> = fc
  .record({
    cooldownMs: fc.constantFrom(0, 1, MINUTE, 3 * MINUTE, 5 * MINUTE + 1),
    forMinutes: fc.integer({ min: 0, max: 6 }),
    frequency: fc.constantFrom<TriggerFrequency>('once', 'once_per_bar', 'once_per_minute', 'every_time'),
  })
  .map((change) => ruleOf(change));

function fold(rule: RuleDefinition, inputs: readonly TriggerInput[], from: TriggerState = triggerInitial) {
  const trigger = compileTrigger(rule);
  const told: Told[] = [];
  let state = from;
  for (const input of inputs) {
    if (nothingToDecide(state, input.result)) continue;
    const decision = decideTrigger(trigger, state, input);
    state = decision.state;
    if (decision.fires) told.push({ openTime: input.openTime, at: input.at, ordinal: decision.detail });
  }
  return { state, told };
}

function slowTold(rule: RuleDefinition, inputs: readonly TriggerInput[]): readonly Told[] {
  const told: Told[] = [];
  for (const { openTime, at, result } of inputs) {
    const heldAt = (minute: number) => inputs.find((input) => input.openTime === minute)?.result === true;
    const rows = Array.from({ length: Math.max(1, rule.forMinutes ?? 0) }, (_, back) => openTime - back * MINUTE);
    if (result !== true || !rows.every(heldAt)) continue;
    if (rule.frequency === 'once' && told.length > 0) continue;
    const barOf = (time: number) => barOpenTime(time, 5);
    if (rule.frequency === 'once_per_bar' && told.some((alert) => barOf(alert.openTime) === barOf(openTime))) continue;
    if (told.some((alert) => at - alert.at < rule.cooldownMs)) continue;
    told.push({ openTime, at, ordinal: 0 });
  }
  return told;
}

it('on closed minutes it fires when the slow one does: `for`, frequency and cooldown to the ms', () => {
  fc.assert(
    fc.property(rules, closedMinutes, (rule, inputs) => {
      expect(fold(rule, inputs).told).toEqual(slowTold(rule, inputs));
    }),
    { numRuns: 500 },
  );
});

/** Live prices, the close of each minute after them or after the first price of the next minute. */
const livePrices: fc.Arbitrary<readonly TriggerInput[]> = fc
  .array(
    fc.record({
      prices: fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { maxLength: 8 }),
      results: fc.array(fc.constantFrom(true, false, undefined), { minLength: 9, maxLength: 9 }),
      late: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((minutes) => {
    const inputs: TriggerInput[] = [];
    let waiting: TriggerInput | undefined;
    for (const [minute, { prices, results, late }] of minutes.entries()) {
      const openTime = begin + minute * MINUTE;
      for (const [index, second] of [...prices].sort((one, other) => one - other).entries()) {
        inputs.push({ openTime, at: openTime + second * 1_000, closed: false, result: results[index] });
        if (waiting) inputs.push(waiting);
        waiting = undefined;
      }
      if (waiting) inputs.push(waiting);
      const close: TriggerInput = { openTime, at: openTime + MINUTE, closed: true, result: results[8] };
      waiting = late ? close : undefined;
      if (!late) inputs.push(close);
    }
    return waiting ? [...inputs, waiting] : inputs;
  });

it('on live prices too it is never inside a cooldown, and no two alerts have one identity', () => {
  fc.assert(
    fc.property(rules, livePrices, (rule, inputs) => {
      const { told } = fold({ ...rule, mode: 'live' }, inputs);
      for (const [index, alert] of told.entries()) {
        const before = told[index - 1];
        if (before) expect(alert.at - before.at).toBeGreaterThanOrEqual(Math.max(1, rule.cooldownMs));
      }
      expect(new Set(told.map(({ openTime, ordinal }) => `${openTime}/${ordinal}`)).size).toBe(told.length);
      const perMinute = Map.groupBy(told, ({ openTime }) => openTime);
      for (const alerts of perMinute.values()) {
        expect(alerts.map(({ ordinal }) => ordinal)).toEqual(alerts.map((_, index) => index));
        if (rule.frequency !== 'every_time') expect(alerts).toHaveLength(1);
      }
      if (rule.frequency === 'once') expect(told.length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 500 },
  );
});

it('restored from a snapshot at any point it goes on as if nothing had happened', () => {
  fc.assert(
    fc.property(rules, livePrices, fc.boolean(), fc.nat(), (chosen, inputs, live, cut) => {
      const rule: RuleDefinition = { ...chosen, mode: live ? 'live' : 'close' };
      const straight = fold(rule, inputs);
      const at = cut % (inputs.length + 1);
      const before = fold(rule, inputs.slice(0, at));
      const row = JSON.parse(JSON.stringify(packTrigger(before.state))) as (number | null)[];
      const after = fold(rule, inputs.slice(at), unpackTrigger(row));
      expect([...before.told, ...after.told]).toEqual(straight.told);
      expect(packTrigger(after.state)).toEqual(packTrigger(straight.state));
    }),
    { numRuns: 500 },
  );
});
