import { decodeAs, decodeEvent, encodeEvent, type MetricsClosed, type RuleSaved } from '@screener/events';
import type { LogRecord, NewRecord, Task } from '@screener/log';
import { conditionNamesWith, type PrepareRule, prepareRule, sharedPreparation } from '@screener/rules';
import { describe, expect, test } from 'vitest';
import { createAlerterTask } from './alerter-task.ts';

const instrument = 'binance:usdm:BTCUSDT';
const minuteMs = 60_000;
const begin = Date.UTC(2026, 0, 5);

const ruleOf = (changes: Partial<RuleSaved> = {}): RuleSaved => ({
  rule: 'jump',
  version: 1,
  owner: 'test',
  title: 'Jump',
  text: 'jumps',
  condition: 'change_5m > params.least && volume_5m > 10',
  parameters: { least: 1 },
  timeframe: '5m',
  cooldownMs: 5 * minuteMs,
  enabled: true,
  ...changes,
});

const recordOf = (topic: string, key: string, timestamp: number, value: Buffer, offset = 0): LogRecord => ({
  topic,
  partition: 0,
  offset,
  key,
  value,
  timestamp,
});
const saved = (rule: RuleSaved): LogRecord =>
  recordOf('rules', `${rule.rule}/${rule.version}`, 0, encodeEvent('RuleSaved', rule));

/** Metrics of a minute whose 5m window rose by `changePct`; undefined: the window is not full. */
function measured(minute: number, changePct: number | undefined, more: Partial<MetricsClosed> = {}): LogRecord {
  const openTime = begin + minute * minuteMs;
  const close = 100 + (changePct ?? 0);
  const window = {
    minutes: 5,
    open: 100,
    oldestClose: 100,
    high: 200,
    low: 50,
    close,
    volume: 1,
    quoteVolume: 1000,
    trades: 1,
    takerBuyQuoteVolume: 1,
  };
  const metrics: MetricsClosed = {
    instrument,
    openTime,
    price: close,
    windows: changePct === undefined ? [] : [window],
    indicators: [],
    ...more,
  };
  return recordOf('metrics.closed', instrument, openTime + minuteMs - 1, encodeEvent('MetricsClosed', metrics));
}

function taskWith(...rules: RuleSaved[]): { task: Task; notes: string[] } {
  const notes: string[] = [];
  const task = createAlerterTask({ partition: 0, changeBasis: 'open', notify: (text) => void notes.push(text) });
  for (const rule of rules) task.applySide?.(saved(rule));
  return { task, notes };
}

function apply(task: Task, ...records: LogRecord[]): NewRecord[] {
  const outputs: NewRecord[] = [];
  for (const record of records) task.apply(record, { emit: (output) => void outputs.push(output), fresh: () => true });
  return outputs;
}

const alertsOf = (outputs: readonly NewRecord[]) =>
  outputs.map(({ value }) => decodeAs('AlertTriggered', value ?? new Uint8Array()));

describe('alerter task', () => {
  test('a rule that holds fires once per cooldown of event time, with its numbers', () => {
    const { task } = taskWith(ruleOf());
    const alerts = alertsOf(apply(task, ...[0, 1, 2, 3, 4, 5].map((minute) => measured(minute, 2))));
    expect(alerts.map((alert) => (alert.openTime - begin) / minuteMs)).toEqual([0, 5]);
    expect(alerts[0]).toMatchObject({
      rule: 'jump',
      ruleVersion: 1,
      price: 102,
      volume: 1000,
      triggeredAt: begin + minuteMs,
      timeframe: '5m',
    });
    expect(alerts[0]?.metrics).toEqual({ change_5m: 2, volume_5m: 1000 });
  });

  test('custom windows have names in rules where they are computed; elsewhere such a rule rests and says why', () => {
    const rule = ruleOf({ condition: 'change_45m > 1', parameters: {}, timeframe: '1h' });
    const price = { open: 100, oldestClose: 100, high: 200, low: 50, close: 102 };
    const amounts = { volume: 1, quoteVolume: 1000, trades: 1, takerBuyQuoteVolume: 1 };
    const minute = measured(0, 2, { windows: [{ minutes: 45, ...price, ...amounts }] });
    const { task, notes } = taskWith(rule);
    expect(apply(task, minute)).toEqual([]);
    expect(notes[0]).toContain("unknown name 'change_45m'");
    const names = conditionNamesWith([45]);
    const prepare = sharedPreparation(names);
    const knowing = createAlerterTask({ partition: 0, changeBasis: 'open', notify: () => undefined, names, prepare });
    knowing.applySide?.(saved(rule));
    expect(alertsOf(apply(knowing, minute)).map(({ metrics }) => metrics)).toEqual([{ change_45m: 2 }]);
  });

  test('prices in progress are not even decoded where no rule looks at them', () => {
    const { task } = taskWith(ruleOf());
    const look = (): void =>
      task.applyLive?.(recordOf('metrics.live', instrument, begin, Buffer.from('no event')), () => undefined);
    expect(look).not.toThrow();
    task.applySide?.(saved(ruleOf({ version: 2, mode: 'live' })));
    expect(look).toThrow('magic byte');
  });

  test('what is absent or exactly on the threshold does not fire', () => {
    const { task } = taskWith(ruleOf());
    expect(apply(task, measured(0, undefined), measured(1, 1), measured(2, -3))).toEqual([]);
  });

  test('a revised minute fires nothing and costs nobody a cooldown', () => {
    const { task } = taskWith(ruleOf());
    expect(apply(task, measured(0, 2, { revised: true }))).toEqual([]);
    expect(apply(task, measured(1, 2))).toHaveLength(1);
  });

  test('every indicator of every interval can be asked for, those that follow from others too', () => {
    const condition = 'macd_hist_4h > 0.5 && ichimoku_senkou_a_1d < 31.0 && bb_upper_15m > 9.0';
    const { task } = taskWith(ruleOf({ condition, parameters: {} }));
    const bar = { barOpenTime: begin };
    const indicators = [
      { ...bar, interval: '15m', bb_upper: 10 },
      { ...bar, interval: '4h', macd: 3, macd_signal: 2 },
      { ...bar, interval: '1d', ichimoku_tenkan: 20, ichimoku_kijun: 40 },
    ];
    const [alert] = alertsOf(apply(task, measured(0, 2, { indicators }), measured(9, 2)));
    expect(alert?.metrics).toEqual({ macd_hist_4h: 1, ichimoku_senkou_a_1d: 30, bb_upper_15m: 10 });
    // What is not warm fires nothing.
    expect(apply(task, measured(30, 2, { indicators: indicators.slice(1) }))).toEqual([]);
  });

  test('the highest version counts, a disabled rule rests, ids differ by version', () => {
    const { task } = taskWith(ruleOf({ version: 2, parameters: { least: 5 } }), ruleOf());
    expect(apply(task, measured(0, 2))).toEqual([]);
    const [second] = alertsOf(apply(task, measured(1, 6)));
    const [first] = alertsOf(apply(taskWith(ruleOf()).task, measured(1, 6)));
    expect(second?.id).not.toBe(first?.id);
    task.applySide?.(saved(ruleOf({ version: 3, enabled: false })));
    expect(apply(task, measured(20, 6))).toEqual([]);
  });

  test('a rule that cannot be compiled rests with a note, the others go on', () => {
    const { task, notes } = taskWith(ruleOf({ rule: 'broken', condition: 'change_5n > 1' }), ruleOf());
    expect(alertsOf(apply(task, measured(0, 2))).map((alert) => alert.rule)).toEqual(['jump']);
    expect(notes.join()).toMatch(/rule broken version 1 rests: .*change_5/);
  });

  test('a restored task decides as the straight one', () => {
    const minutes = [0, 1, 2, 3, 4, 5, 6, 7].map((minute) => measured(minute, 2));
    const straight = apply(taskWith(ruleOf()).task, ...minutes);
    const first = taskWith(ruleOf()).task;
    const before = apply(first, ...minutes.slice(0, 3));
    const second = taskWith(ruleOf()).task;
    for (const key of first.keys?.() ?? []) second.restore?.(key, first.snapshot?.(key) ?? new Uint8Array());
    expect([...before, ...apply(second, ...minutes.slice(3))]).toEqual(straight);
  });

  test('ten thousand alerts at once are told within the limit, all others by name', { timeout: 60_000 }, () => {
    const rules = Array.from({ length: 10_000 }, (_, id) => ruleOf({ rule: `rule_${id}` }));
    const { task } = taskWith(...rules);
    const events = apply(task, measured(0, 2)).map(({ value }) => decodeEvent(value ?? new Uint8Array()));
    const single = events.filter(({ type }) => type === 'AlertTriggered');
    const summaries = events.flatMap(({ type, event }) => (type === 'AlertsSummarised' ? [event] : []));
    expect(single).toHaveLength(200);
    const named = summaries.flatMap(({ alerts }) => alerts.map(({ rule }) => rule));
    expect(new Set(named).size).toBe(9_800);
    expect(summaries.reduce((sum, { count }) => sum + count, 0)).toBe(9_800);
    // None is too large for a record.
    for (const { value } of apply(task, measured(10, 2))) expect(value?.length).toBeLessThan(200_000);
  });

  test('a rule that fails on numbers is disabled by its next version, which says why; the others go on', () => {
    const notes: string[] = [];
    const prepare: PrepareRule = (rule) => {
      const prepared = prepareRule(rule);
      const evaluate = (): boolean => {
        throw new Error('a number too many');
      };
      return rule.rule === 'bad'
        ? { ...prepared, compiled: { ...prepared.compiled, conditionKey: 'bad', evaluate } }
        : prepared;
    };
    const task = createAlerterTask({
      partition: 0,
      changeBasis: 'open',
      prepare,
      notify: (text) => void notes.push(text),
    });
    for (const rule of [ruleOf({ rule: 'bad' }), ruleOf()]) task.applySide?.(saved(rule));
    const outputs = apply(task, measured(0, 2), measured(1, 2));
    expect(outputs.map(({ topic, key }) => [topic, key])).toEqual([
      ['alerts', instrument],
      ['rules', 'bad/2/alerter-0'],
    ]);
    const disabled = decodeAs('RuleSaved', outputs[1]?.value ?? new Uint8Array());
    expect(disabled).toMatchObject({ rule: 'bad', version: 2, enabled: false });
    expect(disabled.text).toBe('Disabled because it failed: a number too many. jumps');
    expect(notes.join()).toMatch(
      /rule bad version 1 failed on binance:usdm:BTCUSDT and is disabled: a number too many/,
    );
  });
});
