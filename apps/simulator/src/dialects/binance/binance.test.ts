import { afterEach, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type SteppedExchange, steppedExchange } from '../../testing/stepped-exchange.ts';

let exchange: SteppedExchange;
afterEach(() => exchange.stop());

it('speaks spot: other addresses, weights, numbers and rhythm, the same candles', async () => {
  exchange = await steppedExchange({ dialect: 'spot' });
  const info = await exchange.get('/api/v3/exchangeInfo');
  expect(info.headers.get('x-mbx-used-weight-1m')).toBe('20');
  const { symbols, rateLimits } = JSON.parse(info.text);
  expect(rateLimits[0].limit).toBe(6_000);
  expect(symbols[0]).toMatchObject({ symbol: 'BTCUSDT', status: 'TRADING', isSpotTradingAllowed: true });
  expect(symbols[0]).not.toHaveProperty('contractType');
  const klines = await exchange.get('/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=1500');
  expect(klines.headers.get('x-mbx-used-weight-1m')).toBe('22');
  const rows = JSON.parse(klines.text);
  expect(rows).toHaveLength(1_000);
  expect(rows[0][4]).toMatch(/^\d+\.\d{8}$/);
  expect(Number(rows[0][4])).toBe(exchange.simulator.ledger.candleAt('BTCUSDT', rows[0][0]).close);
  expect((await exchange.get('/fapi/v1/time')).status).toBe(404);
  const stream = await exchange.listen('/stream?streams=btcusdt@kline_1m');
  for (let passed = 0; passed < 10; passed++) await exchange.step(1_000);
  await vi.waitFor(() => expect(stream.frames.length).toBeGreaterThan(3));
  expect(stream.frames.length).toBeLessThan(8);
  const routed = new WebSocket(`${exchange.simulator.wsBase}/market/stream?streams=btcusdt@kline_1m`);
  const refused = await new Promise<Error>((resolve) => routed.once('error', resolve));
  expect(refused.message).toContain('404');
});

it('tells all that changed once a second', async () => {
  exchange = await steppedExchange({ dialect: 'spot' });
  const stream = await exchange.listen('/ws/!miniTicker@arr');
  for (let passed = 0; passed < 5; passed++) await exchange.step(1_000);
  await vi.waitFor(() => expect(stream.frames.length).toBeGreaterThan(2));
  expect(stream.frames.length).toBeLessThan(8);
  const latest = JSON.parse(stream.frames.at(-1) ?? '[]');
  expect(latest.map(({ s }: { s: string }) => s)).toEqual(exchange.simulator.symbols);
  const { text } = await exchange.get('/api/v3/ticker/24hr?symbol=BTCUSDT');
  const day = JSON.parse(text);
  expect(latest[0]).toMatchObject({ e: '24hrMiniTicker', s: 'BTCUSDT' });
  expect([latest[0].c, latest[0].o, latest[0].h, latest[0].l].map(Number)).toEqual(
    [day.lastPrice, day.openPrice, day.highPrice, day.lowPrice].map(Number),
  );
  expect(Number(latest[0].c)).toBeGreaterThan(0);
});

it('weighs the day as its minutes do', async () => {
  exchange = await steppedExchange({ instruments: 60 });
  const tickers = JSON.parse((await exchange.get('/fapi/v1/ticker/24hr')).text);
  expect(tickers).toHaveLength(60);
  const { ledger } = exchange.simulator;
  const from = exchange.begin - (exchange.begin % 60_000) - 1_440 * 60_000;
  const minutes = ledger.candles('SOLUSDT', from, exchange.begin - 60_000);
  const value = minutes.reduce((sum, { quoteVolume }) => sum + quoteVolume, 0);
  const sol = tickers.find(({ symbol }: { symbol: string }) => symbol === 'SOLUSDT');
  expect(Number(sol.quoteVolume) / value).toBeCloseTo(1, 2);
  expect(Number(sol.openPrice)).toBe(minutes[0]?.open);
  // Listed, and never traded: there, with nothing in it.
  expect(tickers[59]).toMatchObject({ volume: '0', quoteVolume: '0.00', count: 0 });
  const never = await exchange.get(`/fapi/v1/klines?symbol=${tickers[59].symbol}&interval=1m`);
  expect(never.text).toBe('[]');
});
