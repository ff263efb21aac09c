/** Live rules on what the price did between two looks: fires, proofs, what is settled and corrected, and what is not asked. */
import { atPrice, MINUTE_MS, type Window } from '@screener/market';
import { describe, expect, it } from 'vitest';
import { createEvaluationInput } from '../evaluation-input.ts';
import type { RuleDefinition } from '../rule.ts';
import { compileTrigger, decideTrigger, type TriggerState, triggerInitial } from '../rule-trigger.ts';
import { ruleOf } from '../testing/rule-of.ts';
import { SeededRandom } from '../testing/seeded-random.ts';
import type { EngineEvent } from './engine-event.ts';
import type { Explanation } from './explain-decision.ts';
import type { ClosedMinute } from './instrument-watch.ts';
import type { LiveMinute } from './live-sample.ts';
import { touchesOf } from './price-touch.ts';
import { prepareRule } from './rule-book.ts';
import { RuleEngine, type RuleEngineOptions } from './rule-engine.ts';

const instrument = 'binance:usdm:BTCUSDT';
const begin = Date.UTC(2026, 0, 5);
const at = (minute: number): number => begin + minute * MINUTE_MS;

/** The range of a minute that opened at 100. */
type Range = readonly [high: number, low: number];

function windowsOf(price: number, [high, low]: Range): readonly Window[] {
  return [1, 5].map((minutes) => ({
    ...{ minutes, open: 100, oldestClose: 100, high, low, close: price },
    ...{ volume: 10, quoteVolume: 1_000, trades: 5, takerBuyQuoteVolume: 500 },
  }));
}
const closed = (minute: number, price: number, range: Range): ClosedMinute => {
  return { instrument, openTime: at(minute), price, windows: windowsOf(price, range) };
};
const inProgress = (minute: number, second: number, price: number, range: Range): LiveMinute => {
  const eventTime = at(minute) + second * 1_000;
  return { instrument, openTime: at(minute), eventTime, price, windows: windowsOf(price, range) };
};
const live = ruleOf({ rule: 'up', condition: 'change_5m > 2.0', mode: 'live' });
const [flat, wick]: [Range, Range] = [
  [100, 100],
  [103, 100],
];

function engineWith(rules: readonly RuleDefinition[], options: Partial<RuleEngineOptions> = {}): RuleEngine {
  const engine = new RuleEngine({ changeBasis: 'open', ...options });
  for (const rule of rules) engine.saveRule(rule);
  engine.closed(closed(0, 100, flat));
  return engine;
}
/** A price in progress, and where it is handed on what it fires. */
function look(engine: RuleEngine, minute: LiveMinute): readonly EngineEvent[] {
  const sample = engine.peek(minute);
  return sample === undefined ? [] : engine.live(sample);
}
const alertsOf = (events: readonly EngineEvent[]) =>
  events.flatMap((told) => (told.type === 'AlertTriggered' ? [told.event] : []));
const typesOf = (events: readonly EngineEvent[]): string[] => events.map(({ type }) => type);

describe('between two looks', () => {
  it('the highest price fires with its own numbers, once, and says so', () => {
    const condition = 'change_5m > 2.0 && from_high_1m == 0.0 && candles.last(1).all(c, c.close == price)';
    const engine = engineWith([{ ...live, condition }]);
    const [alert] = alertsOf(look(engine, inProgress(1, 10, 100.5, wick)));
    expect(alert).toMatchObject({
      ...{ price: 103, provisional: true, triggeredAt: at(1) + 10_000, changePct: 3 },
      metrics: { change_5m: 3, from_high_1m: 0, price: 103 },
    });
    expect(alert?.terms[0]).toMatchObject({
      ...{ term: 'highest price since the last look, from 100 to 100.5', left: 103, right: null, held: true },
    });
    expect(alert?.terms[1]).toMatchObject({ term: 'change_5m > 2.0', left: 3, held: true });
    // The range of the minute still has it: it is not told again, until the price goes further.
    expect(look(engine, inProgress(1, 20, 100.7, wick))).toEqual([]);
    const further = alertsOf(look(engine, inProgress(1, 30, 100.6, [103.5, 100])));
    expect(further).toMatchObject([{ ordinal: 1, price: 103.5 }]);
  });

  it('so does the lowest', () => {
    const engine = engineWith([{ ...live, condition: 'change_1m < -2.0 && price < previous.price' }]);
    const [alert] = alertsOf(look(engine, inProgress(1, 10, 101, [101, 97])));
    expect(alert).toMatchObject({ price: 97, metrics: { change_1m: -3, price: 97, 'previous.price': 100 } });
    expect(alert?.terms[0]?.term).toBe('lowest price since the last look, from 100 to 101');
  });

  it('where it holds at the price itself, that counts', () => {
    const engine = engineWith([live]);
    const [alert] = alertsOf(look(engine, inProgress(1, 10, 102.5, wick)));
    expect(alert).toMatchObject({ price: 102.5, changePct: 2.5 });
    expect(alert?.terms).toHaveLength(1);
    // It held on until it was higher still, and has ended: what comes next is a new crossing.
    expect(look(engine, inProgress(1, 20, 100.5, [104, 100]))).toEqual([]);
    expect(alertsOf(look(engine, inProgress(1, 30, 100.5, [104.5, 100])))).toMatchObject([
      { price: 104.5, ordinal: 1 },
    ]);
  });

  it('cooldown and frequency count as they do at the price', () => {
    const engine = engineWith([
      { ...live, rule: 'cooled', cooldownMs: 30_000 },
      { ...live, rule: 'minute', frequency: 'once_per_minute' },
      { ...live, rule: 'once', frequency: 'once' },
    ]);
    const fired = [10, 30, 41].map((second, place) =>
      alertsOf(look(engine, inProgress(1, second, 100.5, [103 + place, 100]))).map(({ rule }) => rule),
    );
    expect(fired).toEqual([['cooled', 'minute', 'once'], [], ['cooled']]);
    expect(alertsOf(look(engine, inProgress(2, 1, 100.5, [103, 100]))).map(({ rule }) => rule)).toEqual(['minute']);
  });

  it('what has to hold for minutes holds at the price', () => {
    const engine = engineWith([{ ...live, condition: 'price > 102.0', forMinutes: 2 }]);
    for (const minute of [1, 2, 3]) {
      expect(look(engine, inProgress(minute, 10, 100.5, wick))).toEqual([]);
      expect(engine.closed(closed(minute, 100.5, wick))).toEqual([]);
    }
  });

  it('a condition on nothing that moves with the price is asked once, others three times at most', () => {
    const asked = new Map<string, number>();
    const prepare = (rule: RuleDefinition) => {
      const ready = prepareRule(rule);
      const evaluate: typeof ready.compiled.evaluate = (input) => {
        asked.set(rule.rule, (asked.get(rule.rule) ?? 0) + 1);
        return ready.compiled.evaluate(input);
      };
      return { ...ready, compiled: { ...ready.compiled, alternatives: [], thresholds: [], evaluate } };
    };
    const conditions = {
      price: 'price > 200.0',
      volume: 'volume_1m > 5000.0 && high_5m > 200.0',
      past: 'previous.price > 200.0',
      candles: 'candles.last(2).all(c, c.close > 200.0)',
    };
    const rules = Object.entries(conditions).map(([rule, condition]) => ({ ...live, rule, condition }));
    const engine = engineWith(rules, { prepare });
    asked.clear();
    engine.peek(inProgress(1, 10, 100.5, [103, 97]));
    expect(Object.fromEntries(asked)).toEqual({ price: 3, volume: 1, past: 1, candles: 3 });
    asked.clear();
    engine.peek(inProgress(1, 20, 100.7, [103, 97]));
    expect(Object.fromEntries(asked)).toEqual({ price: 1, volume: 1, past: 1, candles: 1 });
  });
});

describe('the close', () => {
  it('tells what live prices missed, once', () => {
    const engine = engineWith([live, { ...live, rule: 'closed', mode: 'close' }]);
    const [alert, ...others] = alertsOf(engine.closed(closed(1, 100.5, wick)));
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ rule: 'up', price: 103, provisional: false, triggeredAt: at(2), changePct: 3 });
    expect(alert?.terms[0]?.term).toBe('highest price since the last look, from 100 to 100.5');
    expect(alertsOf(engine.closed(closed(2, 100.5, [101, 100])))).toEqual([]);
  });

  it('settles what was told of the minute, and tells it no second time', () => {
    const engine = engineWith([live]);
    const [alert] = alertsOf(look(engine, inProgress(1, 10, 100.5, wick)));
    const events = engine.closed(closed(1, 100.2, [104, 100]));
    expect(typesOf(events)).toEqual(['AlertAmended']);
    expect(events[0]?.event).toMatchObject({
      ...{ id: alert?.id, provisional: false },
      reason: 'the minute closed, and at its close the condition does not hold',
      changes: expect.arrayContaining([{ name: 'price', before: 103, after: 100.2 }]),
    });
  });

  it('a correction asks again at the high that the candle has now', () => {
    const engine = engineWith([{ ...live, condition: 'candles.last(1).all(c, c.close > 102.0) && price > 102.0' }]);
    const [alert] = alertsOf(engine.closed(closed(1, 100.5, wick)));
    const amended = engine.revised(closed(1, 100.4, [102.5, 100]));
    expect(amended).toMatchObject([{ type: 'AlertAmended', event: { id: alert?.id } }]);
    expect(amended[0]?.event).toMatchObject({
      changes: expect.arrayContaining([{ name: 'price', before: 103, after: 102.5 }]),
      terms: [{ term: 'highest price since the last look, from 100 to 100.4', left: 102.5 }, {}, {}, {}],
    });
    expect(engine.revised(closed(1, 100.4, [102.5, 100]))).toEqual([]);
    expect(typesOf(engine.revised(closed(1, 100.4, [101, 100])))).toEqual(['AlertRetracted']);
  });
});

it('the explanation of each look is what was told', () => {
  const explained: Explanation[] = [];
  const told = (it: Explanation): void => void explained.push(it);
  const engine = engineWith([live], { witness: { instrument, rule: 'up', told } });
  explained.length = 0;
  const alerts = alertsOf([
    ...look(engine, inProgress(1, 10, 100.5, wick)),
    ...engine.closed(closed(1, 100.2, [104, 100])),
    ...engine.closed(closed(2, 100.2, [102.1, 100])),
  ]);
  expect(explained.map(({ fires, price, reason }) => [fires, price, reason])).toEqual([
    [true, 103, expect.stringMatching(/^at 103, the highest price since the last look: the condition holds/)],
    [false, 104, 'at 104, the highest price since the last look: this minute has had its alert'],
    [true, 102.1, expect.stringMatching(/^at 102.1, the highest/)],
  ]);
  expect(explained.filter(({ fires }) => fires).map(({ terms, metrics }) => ({ terms, metrics }))).toEqual(
    alerts.map(({ terms, metrics }) => ({ terms, metrics })),
  );
});

/** Looks and closes one after the other, each rule asked by itself at the end and, where that is no, at both extremes. */
it.each([1, 2, 3, 4])('is what each rule by itself says of the range, seed %i', (seed) => {
  const random = new SeededRandom(seed);
  const conditions = [
    ...['price > 100.8', 'price < 99.4', 'change_1m > 0.5', 'vcp_1m > 0.9', 'previous.price < 100.0 && price >= 100.4'],
    ...['volume_1m > 0.0 && from_low_5m < 0.01', 'candles.last(2).all(c, c.close > 100.3)', 'fib_r1_1m > 100.9'],
  ];
  const rules = conditions.map((condition, place) => {
    const [cooldownMs, frequency] = [
      random.pick([0, 0, 20_000]),
      random.pick(['every_time', 'every_time', 'once_per_minute'] as const),
    ];
    return ruleOf({ rule: `r${place}`, condition, mode: 'live', cooldownMs, frequency });
  });
  const engine = engineWith(rules);
  const minutes = createEvaluationInput({ instrument, changeBasis: 'open' });
  minutes.closed(at(0), closed(0, 100, flat), undefined);
  const states = new Map<string, TriggerState>();
  const prepared = rules.map((rule) => ({ rule: rule.rule, ...prepareRule(rule), trigger: compileTrigger(rule) }));
  for (const { rule, compiled, trigger } of prepared) {
    const result = compiled.evaluate(minutes.input);
    const first = { openTime: at(0), at: at(1), closed: true, result };
    states.set(rule, decideTrigger(trigger, triggerInitial, first).state);
  }
  let onTheWay = 0;
  let price = 100;
  for (let minute = 1; minute <= 400; minute++) {
    let [high, low] = [price, price];
    let [seen, recorded] = [
      { price, high: Number.NaN, low: Number.NaN },
      { price, high: Number.NaN, low: Number.NaN },
    ];
    const looks = random.below(4);
    for (let place = 0; place <= looks; place++) {
      for (let tick = 0; tick < 3; tick++) {
        price = Math.round((price + (100 - price) / 20 + (random.next() - 0.5) * 0.8) * 100) / 100;
        [high, low] = [Math.max(high, price), Math.min(low, price)];
      }
      const isClose = place === looks;
      const given = isClose
        ? closed(minute, price, [high, low])
        : inProgress(minute, 1 + place * 15, price, [high, low]);
      const when = isClose ? at(minute + 1) : at(minute) + (1 + place * 15) * 1_000;
      // At the close counts what the log knows: closed minutes and the samples in it.
      const last = isClose ? recorded : seen;
      const step = {
        from: last.price,
        to: price,
        high: high <= last.high ? price : high,
        low: low >= last.low ? price : low,
      };
      const wanted = prepared.flatMap(({ rule, compiled, trigger }) => {
        const holdsAt = (asked: number): boolean => {
          minutes.live(at(minute), atPrice(given, asked), undefined);
          return compiled.evaluate(minutes.input) === true;
        };
        const prices = [price, ...touchesOf(step).map((touch) => touch.price)];
        const found = prices.findIndex(holdsAt);
        const decision = decideTrigger(trigger, states.get(rule) ?? triggerInitial, {
          ...{ openTime: at(minute), at: when, closed: isClose, result: found === 0, touched: found > 0 },
        });
        states.set(rule, decision.state);
        if (decision.fires && found > 0) onTheWay += 1;
        return decision.fires ? [{ rule, price: prices[found] }] : [];
      });
      if (isClose) minutes.closed(at(minute), given, undefined);
      const sample = isClose ? undefined : engine.peek(given as LiveMinute);
      const events = isClose ? engine.closed(given) : sample === undefined ? [] : engine.live(sample);
      expect(alertsOf(events).map((alert) => ({ rule: alert.rule, price: alert.price }))).toEqual(wanted);
      seen = { price, high, low };
      if (sample !== undefined) recorded = seen;
    }
  }
  expect(onTheWay).toBeGreaterThan(20);
});
