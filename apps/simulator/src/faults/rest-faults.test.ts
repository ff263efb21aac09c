import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type SteppedExchange, steppedExchange } from '../testing/stepped-exchange.ts';
import type { Fault } from './fault-plan.ts';

const begin = Date.UTC(2026, 6, 26, 12);
const minute = 60_000;
const klines = (symbol: string, from = begin - 5 * minute): string =>
  `/fapi/v1/klines?symbol=${symbol}&interval=1m&startTime=${from}&limit=5`;
let exchange: SteppedExchange;
beforeEach(async () => {
  exchange = await steppedExchange();
});
afterEach(() => exchange.stop());

const effects = (kind: Fault['kind']): number => exchange.simulator.faults.counts()[kind].effects;
const inject = (fault: Fault): void => exchange.simulator.faults.inject(fault);
const rows = async (path: string): Promise<(readonly (string | number)[])[]> =>
  JSON.parse((await exchange.get(path)).text);

interface ListedSymbol {
  readonly symbol: string;
  readonly status: string;
  readonly onboardDate: number;
}

const listed = async (symbol: string): Promise<ListedSymbol | undefined> => {
  const { symbols } = JSON.parse((await exchange.get('/fapi/v1/exchangeInfo')).text);
  return symbols.find((one: ListedSymbol) => one.symbol === symbol);
};

describe('faults of REST', () => {
  it('goes from 429 to 418 where Retry-After is not obeyed, and forgives where it is', async () => {
    inject({ kind: 'rate-limit', durationMs: 1_000, retryAfterSeconds: 5, banSeconds: 20 });
    const ask = async () => {
      const { status, headers } = await exchange.get('/fapi/v1/ping');
      return [status, headers.get('retry-after')];
    };
    expect(await ask()).toEqual([429, '5']);
    await exchange.step(2_000);
    expect(await ask()).toEqual([418, '20']);
    await exchange.step(4_000);
    expect(await ask()).toEqual([418, '16']);
    await exchange.step(17_000);
    expect(await ask()).toEqual([200, null]);
    expect(effects('rate-limit')).toBe(3);
  });

  it('bans whose address somebody else has spoilt, and forgives who waits', async () => {
    inject({ kind: 'rate-limit', durationMs: 1_000, httpStatus: 418, banSeconds: 20 });
    const status = async () => (await exchange.get('/fapi/v1/ping')).status;
    expect(await status()).toBe(418);
    expect(exchange.simulator.ledger.requestsDuringBan).toBe(0);
    await exchange.step(12_000);
    expect(await status()).toBe(418);
    expect(exchange.simulator.ledger.requestsDuringBan).toBe(1);
    await exchange.step(10_000);
    expect(await status()).toBe(200);
    expect(exchange.simulator.ledger.requestsBeforeRetry).toBe(0);
  });

  it('answers HTML, errors, or nothing', async () => {
    inject({ kind: 'rest-html', times: 1 });
    const html = await exchange.get('/fapi/v1/time');
    expect([html.headers.get('content-type'), html.text.slice(0, 6)]).toEqual(['text/html', '<html>']);
    inject({ kind: 'rest-error', times: 2 });
    expect((await exchange.get('/fapi/v1/time')).status).toBe(500);
    expect((await exchange.get('/fapi/v1/time')).status).toBe(502);
    inject({ kind: 'rest-timeout', times: 1, path: '/fapi/v1/klines' });
    expect((await exchange.get('/fapi/v1/time')).status).toBe(200);
    await expect(exchange.get(klines('BTCUSDT'), 400)).rejects.toMatchObject({ name: 'TimeoutError' });
    expect((await exchange.get(klines('BTCUSDT'))).status).toBe(200);
    expect([effects('rest-html'), effects('rest-error'), effects('rest-timeout')]).toEqual([1, 2, 1]);
  });

  it('answers half a body, or absurd numbers', async () => {
    const sound = (await exchange.get(klines('BTCUSDT'))).text;
    inject({ kind: 'rest-malformed', times: 1 });
    expect((await exchange.get(klines('BTCUSDT'))).text).toBe(sound.slice(0, sound.length >> 1));
    inject({ kind: 'rest-absurd', times: 4, symbols: ['BTCUSDT'] });
    expect((await rows(klines('ETHUSDT')))[0]?.[1]).toMatch(/^\d/);
    const first = async () => (await rows(klines('BTCUSDT')))[0] ?? [];
    expect((await first())[4]).toMatch(/^-/);
    expect((await first())[2]).toBe('NaN');
    expect((await first())[5]).toBe('1e400');
    expect((await first())[1]).toBe('-1');
    expect((await exchange.get(klines('BTCUSDT'))).text).toBe(sound);
    expect([effects('rest-malformed'), effects('rest-absurd')]).toEqual([1, 4]);
  });
});

describe('faults of the market', () => {
  it('corrects a closed bar', async () => {
    const bar = begin - 3 * minute;
    const before = (await rows(klines('ETHUSDT', bar)))[0] ?? [];
    inject({ kind: 'corrected-bar', symbols: ['ETHUSDT'], minutesBack: 3 });
    const after = (await rows(klines('ETHUSDT', bar)))[0] ?? [];
    expect(Number(after[2])).toBeGreaterThan(Number(before[2]));
    expect(after[8]).toBe(Number(before[8]) + 1);
    const [correction] = exchange.simulator.ledger.corrections;
    expect(correction).toMatchObject({ symbol: 'ETHUSDT', openTime: bar, atMs: exchange.begin });
    expect([correction?.before.high, correction?.after.high]).toEqual([Number(before[2]), Number(after[2])]);
    expect(exchange.simulator.ledger.candleAt('ETHUSDT', bar)).toEqual(correction?.after);
    expect(effects('corrected-bar')).toBe(1);
  });

  it('lists a new symbol and delists an old one', async () => {
    const news = await exchange.listen('/market/ws/!contractInfo');
    const stream = await exchange.listen('/market/stream?streams=fresh1usdt@kline_1m/ethusdt@kline_1m');
    expect(await listed('FRESH1USDT')).toBeUndefined();
    inject({ kind: 'listing' });
    inject({ kind: 'delisting', symbols: ['ETHUSDT'], removeAfterMs: 2 * minute });
    expect(await listed('FRESH1USDT')).toMatchObject({ status: 'TRADING', onboardDate: begin + minute });
    await exchange.step(60_000);
    await exchange.step(60_000);
    expect((await listed('ETHUSDT'))?.status).toBe('SETTLING');
    const fresh = await rows(klines('FRESH1USDT', begin - 60 * minute));
    expect(fresh.map(([time]) => time)).toEqual([begin + minute, begin + 2 * minute]);
    expect((await rows(klines('ETHUSDT', begin))).map(([time]) => time)).toEqual([begin]);
    const finals = (symbol: string) =>
      stream.frames.map((text) => JSON.parse(text).data).filter(({ s, k }) => s === symbol && k.x);
    await vi.waitFor(() => expect(finals('FRESH1USDT').map(({ k }) => k.t)).toEqual([begin + minute]));
    expect(finals('ETHUSDT').map(({ k }) => k.t)).toEqual([begin]);
    await exchange.step(60_000);
    expect(await listed('ETHUSDT')).toBeUndefined();
    expect((await exchange.get(klines('ETHUSDT'))).status).toBe(400);
    const told = news.frames.map((text) => JSON.parse(text)).map(({ s, cs }) => `${s} ${cs}`);
    expect(told).toEqual(['FRESH1USDT TRADING', 'ETHUSDT SETTLING']);
    const { ledger } = exchange.simulator;
    expect(ledger.listings.map(({ symbol }) => symbol)).toEqual(['FRESH1USDT']);
    expect(ledger.delistings).toEqual([{ symbol: 'ETHUSDT', from: begin + minute, removedAt: begin + 3 * minute }]);
    expect(ledger.candles('ETHUSDT', begin, begin + 5 * minute)).toHaveLength(1);
    expect([effects('listing'), effects('delisting')]).toEqual([1, 1]);
  });

  it('halts, with flat bars or none, and goes on', async () => {
    const stream = await exchange.listen('/market/stream?streams=btcusdt@kline_1m/ethusdt@kline_1m');
    inject({ kind: 'halt', symbols: ['BTCUSDT'], durationMs: 2 * minute });
    inject({ kind: 'halt', symbols: ['ETHUSDT'], durationMs: 2 * minute, bars: 'missing' });
    await exchange.step(60_000);
    expect((await listed('BTCUSDT'))?.status).toBe('PENDING_TRADING');
    for (let passed = 1; passed < 5; passed++) await exchange.step(60_000);
    expect((await listed('BTCUSDT'))?.status).toBe('TRADING');
    const trades = (await rows(klines('BTCUSDT', begin))).map(([time, , , , , , , , count]) => [time, count === 0]);
    expect(trades.slice(0, 4)).toEqual([
      [begin, false],
      [begin + minute, true],
      [begin + 2 * minute, true],
      [begin + 3 * minute, false],
    ]);
    const times = (await rows(klines('ETHUSDT', begin))).map(([time]) => time);
    expect(times.slice(0, 2)).toEqual([begin, begin + 3 * minute]);
    const finals = () => stream.frames.map((text) => JSON.parse(text).data).filter(({ k }) => k.x);
    await vi.waitFor(() => expect(finals().filter(({ s }) => s === 'BTCUSDT').length).toBe(3));
    expect(finals().some(({ k }) => k.t === begin + minute || k.t === begin + 2 * minute)).toBe(false);
    expect(exchange.simulator.ledger.halts.map(({ symbol, bars }) => [symbol, bars])).toEqual([
      ['BTCUSDT', 'flat'],
      ['ETHUSDT', 'missing'],
    ]);
    expect(exchange.simulator.ledger.hasCandle('ETHUSDT', begin + minute)).toBe(false);
    expect(effects('halt')).toBe(2);
  });

  it('has a status nobody knows, for a while', async () => {
    inject({ kind: 'unknown-status', symbols: ['ETHUSDT'], durationMs: 30_000 });
    expect((await listed('ETHUSDT'))?.status).toBe('CANCEL_ONLY');
    await exchange.step(40_000);
    expect((await listed('ETHUSDT'))?.status).toBe('TRADING');
    expect(effects('unknown-status')).toBe(1);
  });
});
