import { describe, expect, it } from 'vitest';
import type { DialectName } from '../dialects/dialect.ts';
import { dialects } from '../dialects/dialects.ts';
import { RequestGate } from './request-gate.ts';

const begin = Date.UTC(2026, 6, 26, 12, 0, 30);
const minute = 60_000;
const address = '10.0.0.1';

function gateOf(name: DialectName) {
  let now = begin;
  const gate = new RequestGate(dialects[name].gate, () => now);
  const ask = (path: string, from = address): { status: number; retryAfter: unknown; used: unknown } => {
    const url = new URL(path, 'http://x');
    const { refusal, headers } = gate.admit(from, url.pathname, url.searchParams);
    return {
      status: refusal?.status ?? 200,
      retryAfter: refusal?.headers?.['retry-after'],
      used: headers['x-mbx-used-weight-1m'],
    };
  };
  const pass = (ms: number): void => {
    now += ms;
  };
  return { gate, ask, pass };
}

describe('the gate of Binance', () => {
  it('weighs as the documents say', () => {
    const { ask } = gateOf('usdm');
    const weights = [99, 499, 1_000, 1_500].map((limit) => `/fapi/v1/klines?limit=${limit}`);
    expect([...weights, '/fapi/v1/ticker/24hr', '/fapi/v1/time'].map((path) => ask(path).used)).toEqual([
      1, 3, 8, 18, 58, 59,
    ]);
    const spot = gateOf('spot');
    expect(
      ['/api/v3/klines', '/api/v3/exchangeInfo', '/api/v3/ticker/24hr'].map((path) => spot.ask(path).used),
    ).toEqual([2, 22, 102]);
  });

  it('asks to wait for the next minute, then bans, longer every time; others are not concerned', () => {
    const { gate, ask, pass } = gateOf('usdm');
    for (let request = 0; request < 60; request++) ask('/fapi/v1/ticker/24hr');
    expect(ask('/fapi/v1/time')).toMatchObject({ status: 429, retryAfter: 30 });
    expect(ask('/fapi/v1/time').status).toBe(429); // was on its way
    expect(ask('/fapi/v1/time', '10.0.0.2').status).toBe(200);
    pass(1_000);
    expect(ask('/fapi/v1/time')).toMatchObject({ status: 418, retryAfter: 120 });
    pass(2 * minute - 1_000);
    expect(ask('/fapi/v1/time')).toMatchObject({ status: 418, retryAfter: 1 });
    expect([gate.requestsBeforeRetry, gate.requestsDuringBan]).toEqual([1, 1]);
    pass(1_000);
    expect(ask('/fapi/v1/time').status).toBe(200);
    for (let request = 0; request < 60; request++) ask('/fapi/v1/ticker/24hr');
    pass(1_000);
    expect(ask('/fapi/v1/time')).toMatchObject({ status: 418, retryAfter: 240 });
  });

  it('forgets with the minute whoever waits', () => {
    const { gate, ask, pass } = gateOf('spot');
    for (let request = 0; request < 75; request++) ask('/api/v3/ticker/24hr');
    expect(ask('/api/v3/time').status).toBe(429);
    pass(30_000);
    expect(ask('/api/v3/time')).toMatchObject({ status: 200, used: 1 });
    expect([gate.requestsBeforeRetry, gate.requestsDuringBan]).toEqual([0, 0]);
  });
});

describe('the gate of Bybit', () => {
  it('takes 600 requests in any five seconds, then locks out for ten minutes', () => {
    const { gate, ask, pass } = gateOf('bybit-linear');
    const many = (count: number): number[] => Array.from({ length: count }, () => ask('/v5/market/kline').status);
    expect(new Set(many(400))).toEqual(new Set([200]));
    pass(4_000);
    expect(new Set(many(200))).toEqual(new Set([200]));
    expect(ask('/v5/market/kline').status).toBe(403);
    pass(599_000);
    expect(ask('/v5/market/time').status).toBe(403);
    expect(gate.requestsDuringBan).toBe(1);
    pass(1_000);
    expect(ask('/v5/market/time').status).toBe(200);
  });
});

describe('the gate of OKX', () => {
  it('has a limit for every path, and bans nobody', () => {
    const { gate, ask, pass } = gateOf('okx-swap');
    const many = (path: string, count: number): number =>
      Array.from({ length: count }, () => ask(path)).filter(({ status }) => status === 200).length;
    expect(many('/api/v5/market/candles', 60)).toBe(40);
    expect(many('/api/v5/market/history-candles', 60)).toBe(20);
    expect(many('/api/v5/public/instruments', 1)).toBe(1);
    pass(2_000);
    expect(many('/api/v5/market/history-candles', 20)).toBe(20);
    expect(gate.requestsDuringBan).toBe(0);
  });
});
