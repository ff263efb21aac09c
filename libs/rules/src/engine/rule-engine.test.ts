import { MINUTE_MS, type Window } from '@screener/market';
import { describe, expect, it } from 'vitest';
import { compileRule } from '../compile-rule.ts';
import type { RuleDefinition } from '../rule.ts';
import { ruleOf } from '../testing/rule-of.ts';
import type { EngineEvent } from './engine-event.ts';
import type { ClosedMinute } from './instrument-watch.ts';
import { prepareRule } from './rule-book.ts';
import { RuleEngine, type RuleEngineOptions } from './rule-engine.ts';

const btc = 'binance:usdm:BTCUSDT';
const begin = Date.UTC(2026, 0, 5);
const at = (minute: number): number => begin + minute * MINUTE_MS;

const windowOf = (minutes: number, close: number, more: Partial<Window> = {}): Window => {
  const base = { open: 100, oldestClose: 100, high: Math.max(100, close), low: Math.min(100, close), close };
  return { minutes, ...base, volume: 10, quoteVolume: 1_000, trades: 5, takerBuyQuoteVolume: 500, ...more };
};
const minuteOf = (minute: number, price: number, more: Partial<ClosedMinute> = {}): ClosedMinute => {
  const windows = [windowOf(1, price), windowOf(5, price)];
  return { instrument: btc, openTime: at(minute), price, windows, ...more };
};
const engineWith = (rules: readonly RuleDefinition[], options: Partial<RuleEngineOptions> = {}): RuleEngine => {
  const engine = new RuleEngine({ changeBasis: 'open', ...options });
  for (const rule of rules) engine.saveRule(rule);
  return engine;
};
const alertsOf = (events: readonly EngineEvent[]) =>
  events.flatMap((told) => (told.type === 'AlertTriggered' ? [told.event] : []));
const typesOf = (events: readonly EngineEvent[]): string[] => events.map(({ type }) => type);
const level = ruleOf({ rule: 'level', condition: 'true', mode: 'live', priceLevel: { level: 103, direction: 'up' } });
const jump = ruleOf({ rule: 'jump', condition: 'change_5m > 1.0', timeframe: '5m', cooldownMs: 0 });

describe('closed minutes', () => {
  it('fire what holds, in the order of the ids, and say the same minute once', () => {
    const engine = engineWith([ruleOf({ ...jump, rule: 'b' }), ruleOf({ ...jump, rule: 'a' })]);
    expect(alertsOf(engine.closed(minuteOf(0, 102))).map(({ rule }) => rule)).toEqual(['a', 'b']);
    expect(engine.closed(minuteOf(0, 102))).toEqual([]);
    expect(alertsOf(engine.closed(minuteOf(1, 100.5)))).toEqual([]);
  });

  it('read the minute before, the candles and the market of the minute before', () => {
    const rules = [
      ruleOf({ rule: 'crosses', condition: 'previous.price < 101.0 && price >= 101.0', cooldownMs: 0 }),
      ruleOf({ rule: 'three', condition: 'candles.last(3).all(c, c.close > 100.5)', cooldownMs: 0 }),
      ruleOf({ rule: 'market', condition: 'market.instruments > 1.0', cooldownMs: 0 }),
    ];
    const engine = engineWith(rules);
    const record = { instruments: 2, advancing_1h: 0, declining_1h: 0, advancing_1d: 0, declining_1d: 0, ranks: [] };
    engine.knowMarket(at(1), () => ({ ...record, openTime: at(1) }));
    const fired = [100, 101, 101, 101, 100].map((price, minute) =>
      alertsOf(engine.closed(minuteOf(minute, price))).map(({ rule }) => rule),
    );
    expect(fired).toEqual([[], ['crosses'], ['market'], ['three'], []]);
    // After a gap nothing is known of the minute before, and the row begins anew.
    expect(alertsOf(engine.closed(minuteOf(6, 102)))).toEqual([]);
    expect(alertsOf(engine.closed(minuteOf(7, 102)))).toEqual([]);
    expect(alertsOf(engine.closed(minuteOf(8, 102))).map(({ rule }) => rule)).toEqual(['three']);
  });

  it('are for the universe of the rule, also where what is known of an instrument changes', () => {
    const nothing = { quotes: [], topByVolume: null, watchlist: null, symbols: [], exclude: [] };
    const engine = engineWith([
      ruleOf({ ...jump, rule: 'dollars', universe: { ...nothing, quotes: ['USDT'] } }),
      ruleOf({ ...jump, rule: 'other', universe: { ...nothing, symbols: ['ETHUSDT'] } }),
      ruleOf({ ...jump, rule: 'top', universe: { ...nothing, topByVolume: 3 } }),
    ]);
    const rulesOf = (minute: number) => alertsOf(engine.closed(minuteOf(minute, 102))).map(({ rule }) => rule);
    expect(rulesOf(0)).toEqual([]);
    engine.knowInstrument(btc, 'USDT');
    expect(rulesOf(1)).toEqual(['dollars']);
    const record = { instruments: 2, advancing_1h: 0, declining_1h: 0, advancing_1d: 0, declining_1d: 0 };
    for (const [minute, rank] of [
      [1, 3],
      [2, 4],
    ] as const) {
      engine.knowMarket(at(minute), () => ({
        ...record,
        openTime: at(minute),
        ranks: [{ instrument: btc, volume_1d: rank }],
      }));
    }
    expect(rulesOf(2)).toEqual(['dollars', 'top']);
    expect(rulesOf(3)).toEqual(['dollars']);
  });

  it('are for what is on a watchlist now', () => {
    const majors = { quotes: [], topByVolume: null, watchlist: 'majors', symbols: [], exclude: [] };
    const engine = engineWith([ruleOf({ ...jump, owner: 'ann', universe: majors })]);
    const fired = [undefined, ['ETHUSDT'], ['BTCUSDT'], undefined].map((symbols, minute) => {
      engine.knowWatchlist('ann', 'majors', symbols);
      engine.knowWatchlist('bob', 'majors', ['BTCUSDT']);
      return alertsOf(engine.closed(minuteOf(minute, 102))).length;
    });
    expect(fired).toEqual([0, 0, 1, 0]);
  });

  it('a price level tells what live prices missed, with the way it was crossed', () => {
    const engine = engineWith([level]);
    engine.closed(minuteOf(0, 100));
    const wick = windowOf(1, 101, { high: 103 });
    const [alert] = alertsOf(engine.closed(minuteOf(1, 101, { windows: [wick] })));
    expect(alert).toMatchObject({ rule: 'level', provisional: false, price: 101 });
    expect(alert?.terms[0]).toMatchObject({
      term: 'price crosses 103, up from 100',
      left: 103,
      right: 103,
      held: true,
    });
  });
});

describe('limits', () => {
  it('more alerts than a minute may have are summarised, all by name, and count as told', () => {
    const rules = Array.from({ length: 5 }, (_, at) => ruleOf({ ...jump, rule: `r${at}`, cooldownMs: 10 * MINUTE_MS }));
    const engine = engineWith(rules, { alertsPerMinuteMax: 2 });
    const events = engine.closed(minuteOf(0, 102));
    expect(typesOf(events)).toEqual(['AlertTriggered', 'AlertTriggered', 'AlertsSummarised']);
    expect(events[2]?.event).toMatchObject({
      count: 3,
      limit: 2,
      alerts: [{ rule: 'r2' }, { rule: 'r3' }, { rule: 'r4' }],
    });
    expect(engine.closed(minuteOf(1, 102))).toEqual([]);
  });

  it('a rule that fails rests with its reason, the others go on', () => {
    const failing = (definition: RuleDefinition) => {
      const prepared = prepareRule(definition);
      if (definition.rule !== 'bad') return prepared;
      const evaluate = (): boolean => {
        throw new Error('no number');
      };
      return { ...prepared, compiled: { ...prepared.compiled, conditionKey: 'bad', evaluate } };
    };
    const engine = engineWith([ruleOf({ ...jump, rule: 'bad' }), jump], { prepare: failing });
    const events = engine.closed(minuteOf(0, 102));
    expect(typesOf(events)).toEqual(['AlertTriggered', 'RuleFailed']);
    expect(events[1]?.event).toMatchObject({ rule: { rule: 'bad' }, reason: 'no number' });
    expect(typesOf(engine.closed(minuteOf(1, 102)))).toEqual(['AlertTriggered']);
    expect(engine.ruleStates().find(({ definition }) => definition.rule === 'bad')).toMatchObject({ status: 'failed' });
    engine.saveRule(ruleOf({ ...jump, rule: 'bad', version: 2, enabled: false }));
    expect(engine.ruleStates().find(({ definition }) => definition.rule === 'bad')).toMatchObject({
      status: 'disabled',
    });
  });
});

it('remembers of a rule only what can still keep it from firing', () => {
  const held = ruleOf({ rule: 'held', condition: 'change_5m > 1.0', forMinutes: 3 });
  const engine = engineWith([ruleOf({ ...jump, cooldownMs: 30 * 1_440 * MINUTE_MS }), held]);
  const remembered = (): string[] =>
    JSON.parse(engine.snapshot(btc)?.state ?? '').triggers.map(([rule]: [string]) => rule);
  engine.closed(minuteOf(0, 102));
  expect(remembered()).toEqual(['held', 'jump']);
  engine.closed(minuteOf(1, 100));
  expect(remembered()).toEqual(['jump']);
  // At midnight thirty days later its cooldown has a minute left, and is over when that minute closes.
  expect(alertsOf(engine.closed(minuteOf(30 * 1_440 - 1, 102)))).toEqual([]);
  expect(alertsOf(engine.closed(minuteOf(30 * 1_440, 102)))).toMatchObject([{ rule: 'jump' }]);
  expect(remembered()).toEqual(['held', 'jump']);
  engine.closed(minuteOf(61 * 1_440, 100));
  expect(remembered()).toEqual([]);
});

describe('prices in progress', () => {
  const spike = ruleOf({ rule: 'spike', condition: 'change_5m > 1.0', timeframe: '5m', mode: 'live', cooldownMs: 0 });
  const liveOf = (minute: number, second: number, price: number, more: Partial<Window> = {}) => {
    const windows = [windowOf(1, price, more), windowOf(5, price, more)];
    return { instrument: btc, openTime: at(minute), eventTime: at(minute) + second * 1_000, price, windows };
  };

  it('are handed on only where they decide something, fire when they come back, and are settled by the close', () => {
    const engine = engineWith([spike]);
    engine.closed(minuteOf(0, 100));
    expect(engine.peek(liveOf(1, 10, 100.5))).toBeUndefined();
    const sample = engine.peek(liveOf(1, 20, 102));
    if (sample === undefined) throw new Error('nothing was handed on');
    const [alert] = alertsOf(engine.live(sample));
    expect(alert).toMatchObject({
      rule: 'spike',
      provisional: true,
      triggeredAt: at(1) + 20_000,
      price: 102,
      ordinal: 0,
    });
    // It comes twice: it fires once.
    expect(engine.live(sample)).toEqual([]);
    // It holds on: nothing new. It ends, which is handed on; then it crosses again.
    expect(engine.peek(liveOf(1, 30, 103))).toBeUndefined();
    const end = engine.peek(liveOf(1, 40, 100));
    expect(end && engine.live(end)).toEqual([]);
    const again = engine.peek(liveOf(1, 50, 104));
    expect(again && alertsOf(engine.live(again))).toMatchObject([{ ordinal: 1, price: 104 }]);
    const settled = engine.closed(minuteOf(1, 100.2));
    expect(typesOf(settled)).toEqual(['AlertAmended', 'AlertAmended']);
    expect(settled[0]?.event).toMatchObject({ id: alert?.id, provisional: false });
    expect(settled[0]?.event).toHaveProperty(
      'reason',
      'the minute closed, and at its close the condition does not hold',
    );
  });

  it('what is handed on and lost is handed on again with the whole range', () => {
    const engine = engineWith([level]);
    engine.closed(minuteOf(0, 100));
    expect(engine.peek(liveOf(1, 5, 101, { high: 103.5 }))).toMatchObject({ step: { from: 100, high: 103.5 } });
    const later = engine.peek(liveOf(1, 6, 101, { high: 103.5 }));
    expect(later).toMatchObject({ step: { from: 100, high: 103.5 }, since: at(1) });
    expect(later && alertsOf(engine.live(later))).toMatchObject([{ rule: 'level', provisional: true }]);
    expect(engine.peek(liveOf(1, 7, 101, { high: 103.5 }))).toBeUndefined();
    // The candle touched it: the alert stands.
    const touched = minuteOf(1, 101, { windows: [windowOf(1, 101, { high: 103.5 })] });
    expect(typesOf(engine.closed(touched))).toEqual(['AlertAmended']);
  });

  it('are provisional no longer where their minute never closed', () => {
    const engine = engineWith([spike]);
    engine.closed(minuteOf(0, 100));
    const sample = engine.peek(liveOf(1, 20, 102));
    const [alert] = alertsOf(sample === undefined ? [] : engine.live(sample));
    expect(engine.closed(minuteOf(2, 100))).toMatchObject([
      {
        type: 'AlertAmended',
        event: { id: alert?.id, provisional: false, changes: [], reason: 'its minute has no candle' },
      },
    ]);
    expect(engine.closed(minuteOf(3, 100))).toEqual([]);
    // The exchange has its candle after all.
    expect(typesOf(engine.revised(minuteOf(1, 101.5)))).toEqual(['AlertAmended']);
  });

  it('a level that the closed candle never reached is taken back', () => {
    const engine = engineWith([level]);
    engine.closed(minuteOf(0, 100));
    const sample = engine.peek(liveOf(1, 5, 103));
    expect(sample && alertsOf(engine.live(sample))).toHaveLength(1);
    expect(typesOf(engine.closed(minuteOf(1, 101)))).toEqual(['AlertRetracted']);
  });

  it('a level that the price went over between two candles stands, with the way it was crossed', () => {
    const beyond = (price: number) => ({ windows: [windowOf(1, price, { open: 104, low: 104 })] });
    const engine = engineWith([level]);
    engine.closed(minuteOf(0, 100));
    const sample = engine.peek(liveOf(1, 5, 104, { low: 104 }));
    const [alert] = alertsOf(sample === undefined ? [] : engine.live(sample));
    const events = [...engine.closed(minuteOf(1, 105, beyond(105))), ...engine.revised(minuteOf(1, 106, beyond(106)))];
    expect(typesOf(events)).toEqual(['AlertAmended', 'AlertAmended']);
    for (const { event } of events) expect(event).toHaveProperty('terms', alert?.terms);
  });

  it('samples of an owner of before, whose ranges overlap, cross nothing twice', () => {
    const either = { ...level, priceLevel: { level: 103, direction: 'either' } } as const;
    const [first, second] = [engineWith([either]), engineWith([either])];
    for (const engine of [first, second]) engine.closed(minuteOf(0, 100));
    const one = first.peek(liveOf(1, 5, 101, { high: 103.5 }));
    const other = second.peek(liveOf(1, 6, 101.5, { high: 103.5 }));
    if (one === undefined || other === undefined) throw new Error('both see it');
    expect(alertsOf([...second.live(one), ...second.live(other)])).toHaveLength(1);
  });
});

describe('corrections', () => {
  const revisedOf = (minute: number, price: number) => minuteOf(minute, price);

  it('amend numbers, retract what does not hold, and never fire', () => {
    const engine = engineWith([jump, ruleOf({ ...jump, rule: 'more', condition: 'change_5m > 3.0' })]);
    const alerts = alertsOf([...engine.closed(minuteOf(0, 102)), ...engine.closed(minuteOf(1, 102))]);
    expect(alerts).toHaveLength(2);
    const events = [...engine.revised(revisedOf(0, 104)), ...engine.revised(revisedOf(1, 100.5))];
    expect(typesOf(events)).toEqual(['AlertAmended', 'AlertRetracted']);
    expect(events[0]?.event).toMatchObject({
      id: alerts[0]?.id,
      amendedAt: at(2),
      reason: 'the exchange corrected a candle',
    });
    expect(events[0]?.event).toHaveProperty(
      'changes',
      expect.arrayContaining([{ name: 'price', before: 102, after: 104 }]),
    );
    expect(events[1]?.event).toMatchObject({ id: alerts[1]?.id });
    // What is as it was told is not told again; what was taken back is gone.
    expect([...engine.revised(revisedOf(0, 104)), ...engine.revised(revisedOf(1, 102))]).toEqual([]);
  });

  it('move the price from which the next crossing of a level begins', () => {
    const level = ruleOf({
      condition: 'true',
      mode: 'live',
      priceLevel: { level: 103, direction: 'up' },
      cooldownMs: 0,
    });
    const engine = engineWith([level]);
    const events = [
      engine.closed(minuteOf(0, 100)),
      engine.closed(minuteOf(1, 104)),
      engine.revised(revisedOf(1, 101)),
    ];
    expect(typesOf(events.flat())).toEqual(['AlertTriggered', 'AlertRetracted']);
    expect(alertsOf(engine.closed(minuteOf(2, 104)))[0]?.terms[0]?.term).toBe('price crosses 103, up from 101');
  });

  it('reach alerts through the minute before, the candles and the row of minutes', () => {
    const engine = engineWith([
      ruleOf({ rule: 'crosses', condition: 'previous.price < 101.0 && price >= 101.0', cooldownMs: 0 }),
      ruleOf({ rule: 'two', condition: 'candles.last(2).all(c, c.close >= 100.0)', cooldownMs: 10 * MINUTE_MS }),
      ruleOf({ rule: 'held', condition: 'price >= 100.0', forMinutes: 2, cooldownMs: 10 * MINUTE_MS }),
    ]);
    const fired = [...engine.closed(minuteOf(0, 100)), ...engine.closed(minuteOf(1, 101))];
    expect(alertsOf(fired).map(({ rule }) => rule)).toEqual(['crosses', 'held', 'two']);
    const low = minuteOf(0, 101.5, { windows: [windowOf(1, 99), windowOf(5, 101.5)] });
    const events = [...engine.revised(low), ...engine.revised(minuteOf(1, 101))];
    expect(events.map(({ type, event }) => [type, 'rule' in event && event.rule])).toEqual([
      ['AlertRetracted', 'crosses'],
      ['AlertRetracted', 'two'],
    ]);
    expect(engine.revised(minuteOf(0, 99)).map(({ event }) => 'rule' in event && event.rule)).toEqual(['held']);
  });
});

it('compiles as the rest does', () => {
  expect(prepareRule(jump).compiled.conditionKey).toBe(compileRule(jump).conditionKey);
});
