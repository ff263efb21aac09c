import { expect, test } from 'vitest';
import { startConnection } from '../client/connection.ts';
import type { Start } from '../client/screener-client.ts';
import type { Alert, AlertSummary, Status, Ticker } from '../model.ts';
import { emptyState, FEED_ALERTS_MAX, withAlerts, withStart, withSummaries, withTickers } from './screener-state.ts';
import { createScreenerStore } from './screener-store.ts';
import { splitSymbol } from './split-symbol.ts';

const empty = emptyState(startConnection(0));

function ticker(symbol: string, price: number | null): Ticker {
  return {
    instrument: `binance:usdm:${symbol}`,
    symbol,
    status: 'trading',
    simulated: false,
    live: true,
    stale: false,
    timeMs: 0,
    price,
    change5m: null,
    change15m: null,
    change1h: null,
    change4h: null,
    change8h: null,
    change1d: null,
    volume5m: null,
    volume1h: null,
    volume1d: null,
    rsi1h: null,
    vcp5m: null,
  };
}

function alert(id: string, triggeredAtMs: number, change: Partial<Alert> = {}): Alert {
  return {
    id,
    instrument: 'binance:usdm:BTCUSDT',
    symbol: 'BTCUSDT',
    rule: 'pioneer_bull',
    title: 'Pioneer Bull',
    timeframe: '5m',
    triggeredAtMs,
    time: 0,
    price: 1,
    volume: null,
    changePct: 1,
    volumeIncrease: null,
    candleSizePct: null,
    momentumScore: null,
    ruleVersion: 1,
    severity: 'info',
    message: 'Pioneer Bull',
    provisional: false,
    terms: [],
    status: 'fired',
    statusAtMs: null,
    reason: null,
    changes: [],
    ...change,
  };
}

const summary = (count: number): AlertSummary => ({ instrument: 'i', time: 60, limit: 200, count, rules: ['a'] });

const batch = (full: boolean, ...tickers: Ticker[]) => ({ timeMs: 0, full, tickers });
const prices = (state: typeof empty) => Array.from(state.rows.values(), ({ symbol, price }) => [symbol, price]);

test('a batch merges into the table, a full one replaces it', () => {
  let state = withTickers(empty, batch(true, ticker('A', 1), ticker('B', 2)), 10);
  state = withTickers(state, batch(false, ticker('B', 3)), 20);
  expect(prices(state)).toEqual([
    ['A', 1],
    ['B', 3],
  ]);
  expect(prices(withTickers(state, batch(true, ticker('C', 5)), 30))).toEqual([['C', 5]]);
});

test('rows that did not change stay the same objects, so that they are not drawn again', () => {
  const before = withTickers(empty, batch(true, ticker('A', 1), ticker('B', 2)), 10);
  const after = withTickers(before, batch(false, ticker('B', 3)), 20);
  const id = 'binance:usdm:A';
  expect(after.rows.get(id)).toBe(before.rows.get(id));
});

test('a price that moves says where and counts; the first one and an equal one do not', () => {
  let state = empty;
  const moves = [null, 1, 1, 2, 2, 1.5].map((price) => {
    state = withTickers(state, batch(false, ticker('A', price)), 10);
    const row = state.rows.get('binance:usdm:A');
    return [row?.direction, row?.moves];
  });
  expect(moves).toEqual([
    [null, 0],
    [null, 0],
    [null, 0],
    ['up', 1],
    ['up', 1],
    ['down', 2],
  ]);
});

test('a list without prices is no news of the market', () => {
  expect(withTickers(empty, batch(true, ticker('A', null)), 10).tickersAtMs).toBeNull();
  expect(withTickers(empty, batch(true, ticker('A', 1)), 10).tickersAtMs).toBe(10);
});

test('alerts come newest first, each once, and not without end', () => {
  let state = withAlerts(empty, [alert('b', 2), alert('a', 1)], false);
  state = withAlerts(state, [alert('c', 3), alert('b', 2)], true);
  expect(state.alerts.map(({ id, fresh }) => [id, fresh])).toEqual([
    ['c', true],
    ['b', false],
    ['a', false],
  ]);
  expect(withAlerts(state, [alert('a', 1)], true)).toBe(state);
  const many = Array.from({ length: FEED_ALERTS_MAX + 5 }, (_, index) => alert(`m${index}`, 100 + index));
  expect(withAlerts(state, many, true).alerts).toHaveLength(FEED_ALERTS_MAX);
});

test('an alert is replaced by what became of it, where it stands, and its later word counts', () => {
  const first = withAlerts(empty, [alert('b', 2), alert('a', 1, { provisional: true })], true);
  const confirmed = withAlerts(first, [alert('a', 1)], true);
  expect(confirmed.alerts.map(({ id, provisional }) => [id, provisional])).toEqual([
    ['b', false],
    ['a', false],
  ]);
  const amendment = (price: number, statusAtMs: number) => alert('a', 1, { status: 'amended', price, statusAtMs });
  let state = withAlerts(confirmed, [amendment(2, 60)], true);
  state = withAlerts(state, [amendment(3, 60)], true);
  expect(state.alerts[1]).toMatchObject({ status: 'amended', price: 3, fresh: true });
  // An answer that was asked for before says what is old, one that was asked for after a lost line what is new.
  expect(withAlerts(state, [alert('a', 1), amendment(2, 60)], false)).toBe(state);
  expect(withAlerts(state, [amendment(4, 61)], false).alerts[1]?.price).toBe(4);
});

test('alerts that come together are one piece of news, in their order', () => {
  const due: (() => void)[] = [];
  const store = createScreenerStore(
    () => 0,
    (work) => due.push(work),
  );
  let told = 0;
  store.subscribe(() => told++);
  for (let index = 0; index < 10_000; index++) store.feed.alertTold(alert(`m${index}`, index));
  store.feed.alertTold(alert('m9999', 9_999, { status: 'retracted', statusAtMs: 10_000 }));
  expect([told, due.length]).toEqual([0, 1]);
  due.pop()?.();
  expect(told).toBe(1);
  expect(store.getState().alerts).toHaveLength(FEED_ALERTS_MAX);
  expect(store.getState().alerts[0]).toMatchObject({ id: 'm9999', status: 'retracted', fresh: true });
  store.feed.alertTold(alert('later', 10_001));
  due.pop()?.();
  expect(store.getState().alerts[0]?.id).toBe('later');
});

test('what is told together grows by minute and instrument, and is bounded', () => {
  const state = withSummaries(empty, [summary(2), summary(5), { ...summary(1), time: 120 }]);
  expect([...state.summaries.values()].map(({ time, count }) => [time, count])).toEqual([
    [60, 5],
    [120, 1],
  ]);
  expect(withSummaries(state, [summary(5), summary(4)])).toBe(state);
  const many = Array.from({ length: FEED_ALERTS_MAX + 5 }, (_, minute) => ({ ...summary(9), time: minute * 60 }));
  expect(withSummaries(state, many).summaries.size).toBe(FEED_ALERTS_MAX);
});

test('what was retracted stays so, and is news only to those who were told', () => {
  const retraction = alert('a', 1, { status: 'retracted', statusAtMs: 60 });
  const state = withAlerts(withAlerts(empty, [alert('a', 1)], true), [retraction], true);
  expect(state.alerts).toMatchObject([{ status: 'retracted' }]);
  expect(state.retracted?.id).toBe('a');
  expect(withAlerts(state, [alert('a', 1, { status: 'amended', statusAtMs: 99 })], true)).toBe(state);
  const late = withAlerts(empty, [retraction], true);
  expect([late.retracted, late.alerts[0]?.fresh]).toEqual([null, false]);
});

test('the start answer does not overwrite what the subscription already knows better', () => {
  const start: Start = {
    status: { total: 2, priming: false } as Status,
    instruments: [{ instrument: 'binance:usdm:BTCUSDT', base: 'BTC', quote: 'USDT', tickSize: 0.1 }],
    tickers: [ticker('BTCUSDT', 1), ticker('ETHUSDT', 7)],
    sparklines: [],
    rules: [],
    alerts: { alerts: [] },
    alertSummaries: [summary(3), summary(2)],
  };
  const state = withStart(withTickers(empty, batch(true, ticker('BTCUSDT', 2)), 10), start, 20);
  expect(prices(state)).toEqual([
    ['BTCUSDT', 2],
    ['ETHUSDT', 7],
  ]);
  expect(state.complete).toBe(true);
  expect([...state.summaries.values()].map(({ count }) => count)).toEqual([3]);
  expect(state.rows.get('binance:usdm:BTCUSDT')).toMatchObject({ base: 'BTC', quote: 'USDT', tickSize: 0.1 });
});

test('symbols split at the quote that is known', () => {
  const split = ['BTCUSDT', 'ETHBTC', 'BTC-USDT', 'BTCUSDT_261225', 'USDT', 'ODD'].map(splitSymbol);
  expect(split.map(({ base, quote }) => `${base}/${quote}`)).toEqual([
    'BTC/USDT',
    'ETH/BTC',
    'BTC/USDT',
    'BTC/USDT_261225',
    'USDT/',
    'ODD/',
  ]);
});
