import { describe, expect, test } from 'vitest';
import {
  aboutAlert,
  alert,
  btc,
  eth,
  heartbeat,
  instrument,
  kline,
  MINUTE_MS,
  metricsClosed,
  rollingWindow,
} from '../testing/gateway-fixture.ts';
import { AlertSummariesView } from './alert-summaries-view.ts';
import { AlertsView, cursorOf, placeOf } from './alerts-view.ts';
import { CandleRing } from './candle-ring.ts';
import { CandlesView } from './candles-view.ts';
import { HeartbeatsView } from './heartbeats-view.ts';
import { InstrumentsView } from './instruments-view.ts';
import { MetricsView } from './metrics-view.ts';
import { RulesView } from './rules-view.ts';

const T = 1_733_740_200_000;

describe('candle ring', () => {
  test('keeps the newest, oldest first, across the end of its array', () => {
    const ring = new CandleRing(100);
    for (let minute = 0; minute < 250; minute++) ring.put(kline(btc, T + minute * MINUTE_MS, 1_000 + minute));
    expect(ring.length).toBe(100);
    expect(ring.openTimeAt(0)).toBe(T + 150 * MINUTE_MS);
    expect(ring.closes(3)).toEqual([1_247, 1_248, 1_249]);
    expect(ring.since(T + 248 * MINUTE_MS).map((candle) => candle.close)).toEqual([1_248, 1_249]);
    const {
      trades: _1,
      takerBuyVolume: _2,
      takerBuyQuoteVolume: _3,
      source: _4,
      instrument: _5,
      ...kept
    } = kline(btc, T + 249 * MINUTE_MS, 1_249);
    expect(ring.latest(1)).toEqual([kept]);
  });

  test('a correction replaces its minute, an unknown old minute is left out', () => {
    const ring = new CandleRing(10);
    ring.put(kline(btc, T, 1));
    ring.put(kline(btc, T + 2 * MINUTE_MS, 3));
    ring.put(kline(btc, T, 7));
    ring.put(kline(btc, T + MINUTE_MS, 9));
    expect(ring.closes(10)).toEqual([7, 3]);
  });

  test('what only replaces never adds a minute, also to an empty ring', () => {
    const ring = new CandleRing(10);
    ring.replace(kline(btc, T, 1));
    expect(ring.length).toBe(0);
    ring.put(kline(btc, T, 1));
    ring.replace(kline(btc, T + MINUTE_MS, 3));
    ring.replace(kline(btc, T, 2));
    expect(ring.closes(10)).toEqual([2]);
  });
});

describe('candles', () => {
  const live = (openTime: number, eventTime: number, close: number) => ({ ...kline(btc, openTime, close), eventTime });

  test('the minute in progress ends when it is closed, and an old word on it is no news', () => {
    const view = new CandlesView();
    expect(view.applyLive(live(T, T + 2_000, 5))).toBe(true);
    expect(view.applyLive(live(T, T + 1_000, 4))).toBe(false);
    expect(view.inProgress(btc)?.close).toBe(5);
    view.applyClosed(kline(btc, T, 6));
    expect(view.inProgress(btc)).toBeUndefined();
    expect(view.applyLive(live(T, T + 59_000, 5))).toBe(false);
    expect(view.closes(btc, 60)).toEqual([6]);
  });
});

describe('alerts', () => {
  test('newest first, each once, whatever the order they are read in', () => {
    const view = new AlertsView();
    for (const id of [3, 1, 2, 1]) view.apply(alert(id, T + id));
    expect(view.list({ limit: 10, sinceMs: 0 }).alerts.map((entry) => entry.triggeredAt - T)).toEqual([3, 2, 1]);
  });

  test('pages by offset and by cursor hold every alert once, also when one comes in between', () => {
    const view = new AlertsView();
    for (let id = 1; id <= 7; id++) view.apply(alert(id, T + Math.floor(id / 2)));
    const all = view.list({ limit: 10, sinceMs: 0 }).alerts.map((entry) => entry.id);
    const first = view.list({ limit: 3, sinceMs: 0 });
    view.apply(alert(99, T + 100));
    const second = view.list({ limit: 3, sinceMs: 0, after: first.next });
    const third = view.list({ limit: 3, sinceMs: 0, after: second.next });
    expect([...first.alerts, ...second.alerts, ...third.alerts].map((entry) => entry.id)).toEqual(all);
    expect(third.next).toBeUndefined();
    expect(second.total).toBe(8);
    expect(view.list({ limit: 3, offset: 1, sinceMs: 0 }).alerts.map((entry) => entry.id)).toEqual(all.slice(0, 3));
  });

  test('filters count in the total', () => {
    const view = new AlertsView();
    view.apply(alert(1, T, { instrument: eth }));
    view.apply(alert(2, T, { rule: 'pioneer_bull' }));
    view.apply(alert(3, T + 1));
    expect(view.list({ limit: 10, sinceMs: 0, instrument: eth })).toMatchObject({
      total: 1,
      alerts: [{ instrument: eth }],
    });
    expect(view.list({ limit: 10, sinceMs: 0, rule: 'pioneer_bull' }).total).toBe(1);
    expect(view.list({ limit: 10, sinceMs: T + 1 }).total).toBe(1);
  });

  test('is bounded: the oldest go, and what is older still never comes in', () => {
    const view = new AlertsView(3);
    for (const id of [5, 2, 4, 3, 1]) view.apply(alert(id, T + id));
    expect(view.list({ limit: 10, sinceMs: 0 }).alerts.map((entry) => entry.triggeredAt - T)).toEqual([5, 4, 3]);
    expect(view.apply(alert(1, T + 1))).toBeUndefined();
    view.expire(T + 5);
    expect(view.size).toBe(1);
    // What was forgotten may come again after a restart of the reader: it is judged by its time alone.
    expect(view.apply(alert(4, T + 4))).toMatchObject({ status: 'fired' });
  });

  test('is bounded by the terms of all alerts together', () => {
    const view = new AlertsView(10, 12);
    const termed = (id: number, count: number) => {
      const term = { term: 'price > 1', left: 2, right: 1, held: true };
      return alert(id, T + id, { terms: Array.from({ length: count }, () => term) });
    };
    const kept = () => view.list({ limit: 10, sinceMs: 0 }).alerts.map((entry) => entry.triggeredAt - T);
    for (const id of [1, 2, 3]) view.apply(termed(id, 4));
    expect(kept()).toEqual([3, 2, 1]);
    view.apply(termed(5, 8));
    expect(kept()).toEqual([5, 3]);
    expect(view.apply(termed(1, 4))).toBeUndefined();
    view.amend({ ...aboutAlert(termed(3, 4)), amendedAt: T + 9, changes: [], terms: termed(3, 1).terms ?? [] });
    view.apply(termed(4, 3));
    expect(kept()).toEqual([5, 4, 3]);
    view.apply(termed(6, 30));
    expect(kept()).toEqual([6]);
  });

  test('are amended and retracted where they stand; of one that is not kept nothing is said', () => {
    const view = new AlertsView(3);
    for (const id of [1, 2, 3]) view.apply(alert(id, T + id));
    const listed = () => view.list({ limit: 10, sinceMs: 0 }).alerts;
    const about = aboutAlert(alert(2, T + 2));
    const changes = [{ name: 'volume', before: 1_250_000, after: 7 }];
    expect(view.amend({ ...about, amendedAt: T + 9, changes })).toBe(listed()[1]);
    expect(listed().map(({ status, volume }) => [status, volume])).toEqual([
      ['fired', 1_250_000],
      ['amended', 7],
      ['fired', 1_250_000],
    ]);
    view.apply(alert(2, T + 2));
    expect(view.retract({ ...about, retractedAt: T + 10 })).toBe(listed()[1]);
    expect(listed().map(({ status }) => status)).toEqual(['fired', 'retracted', 'fired']);
    expect(view.amend({ ...about, amendedAt: T + 11, changes })).toBeUndefined();
    view.apply(alert(4, T + 4));
    expect(view.retract({ ...aboutAlert(alert(1, T + 1)), retractedAt: T + 10 })).toBeUndefined();
    expect(view.size).toBe(3);
  });

  test('told together are kept by instrument and minute, the newest of them', () => {
    const view = new AlertSummariesView(2);
    const of = (openTime: number, count: number) =>
      view.apply({ instrument: btc, openTime, summarisedAt: openTime + 60_000, limit: 1, count, alerts: [] });
    for (const minute of [1, 2, 2, 3]) of(T + minute * MINUTE_MS, minute);
    expect(view.list(10).map(({ count }) => count)).toEqual([3, 4]);
    view.expire(T + 4 * MINUTE_MS);
    expect(view.list(10).map(({ count }) => count)).toEqual([3]);
  });

  test('a cursor comes back as it was, and nonsense is none', () => {
    const place = { triggeredAt: T, id: '00000000-0000-4000-8000-000000000001' };
    expect(placeOf(cursorOf(place))).toEqual(place);
    for (const text of ['', 'x', 'MTIz', Buffer.from('1 a b').toString('base64url')])
      expect(placeOf(text)).toBeUndefined();
  });
});

describe('heartbeats', () => {
  test('a silent app is stale, and left out once another instance took its place', () => {
    const view = new HeartbeatsView();
    view.apply(heartbeat('sink', T, { instance: 'a-1' }));
    view.apply(heartbeat('calculator', T + 10_000));
    view.apply(heartbeat('calculator', T + 9_000, { text: 'late' }));
    expect(view.list(T + 10_000).map(({ app, stale, text }) => [app, stale, text])).toEqual([
      ['calculator', false, 'well'],
      ['sink', true, 'well'],
    ]);
    view.apply(heartbeat('sink', T + 10_000, { instance: 'b-2' }));
    expect(view.list(T + 10_000).map(({ app, instance }) => `${app}/${instance}`)).toEqual([
      'calculator/test-1',
      'sink/b-2',
    ]);
    expect(view.list(T + 1_000_000)).toEqual([]);
  });
});

describe('instruments and rules', () => {
  test('the latest word counts, a removed one is gone', () => {
    const view = new InstrumentsView();
    view.apply(instrument(eth));
    view.apply(instrument(btc));
    view.apply({ ...instrument(btc), status: 'halted' });
    expect(view.list().map((entry) => [entry.symbol, entry.status])).toEqual([
      ['BTCUSDT', 'halted'],
      ['ETHUSDT', 'trading'],
    ]);
    view.remove(eth);
    expect(view.list().length).toBe(1);
  });

  test('the highest version counts, whatever the order', () => {
    const rule = {
      rule: 'a',
      owner: 'preset',
      title: 't',
      text: '',
      condition: 'true',
      parameters: {},
      timeframe: '1h',
      cooldownMs: 0,
    };
    const view = new RulesView();
    view.apply({ ...rule, version: 2 });
    view.apply({ ...rule, version: 1 });
    // Of two saves of one version the first counts: the alerter follows it.
    view.apply({ ...rule, version: 2, title: 'later' });
    expect(view.list().map(({ version, title }) => [version, title])).toEqual([[2, 't']]);
  });
});

describe('metrics', () => {
  const live = (openTime: number, price: number) => ({
    instrument: btc,
    openTime,
    eventTime: openTime + 5_000,
    price,
    windows: [rollingWindow(5, { close: price })],
  });

  test('live numbers win while their minute is open, closed ones once it is closed', () => {
    const view = new MetricsView();
    expect(view.current(btc)).toBeUndefined();
    view.applyClosed(metricsClosed(btc, T));
    view.applyLive(live(T + MINUTE_MS, 111));
    const current = view.current(btc);
    expect(current).toMatchObject({ live: true, price: 111, timeMs: T + MINUTE_MS + 5_000 });
    // Windows that the live event does not carry are those of the closed minute, RSI is always of closed bars.
    expect(current?.windows.map((window) => [window.minutes, window.close])).toEqual([
      [5, 111],
      ...[15, 60, 240, 480, 1_440].map((minutes) => [minutes, 110]),
    ]);
    expect(current?.indicators[0]?.rsi).toBe(62.5);
    view.applyClosed(metricsClosed(btc, T + MINUTE_MS, { price: 112 }));
    expect(view.current(btc)).toMatchObject({ live: false, price: 112, timeMs: T + 2 * MINUTE_MS - 1 });
    expect(view.applyClosed(metricsClosed(btc, T))).toBe(false);
  });
});
