import { afterEach, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type SteppedExchange, steppedExchange } from './testing/stepped-exchange.ts';

let exchange: SteppedExchange;
afterEach(() => exchange.stop());

it('speaks spot: other addresses, weights and rhythm, the same candles', async () => {
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
