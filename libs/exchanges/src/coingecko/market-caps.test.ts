import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LeapingClock, neverMs } from '../testing/rest-world.ts';
import { MarketCaps } from './market-caps.ts';

let server: Server;
let base: string;
let asked: IncomingMessage[];
let answer: (page: number) => unknown;
let status: number;
let failures: unknown[];
let clock: LeapingClock;
let caps: MarketCaps;
beforeEach(async () => {
  [asked, failures, status, clock] = [[], [], 200, new LeapingClock()];
  server = createServer((request, response) => {
    asked.push(request);
    const { searchParams } = new URL(request.url ?? '', 'http://x');
    response.writeHead(status).end(JSON.stringify(answer(Number(searchParams.get('page')))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const failed = (cause: unknown): void => void failures.push(cause);
  caps = new MarketCaps({
    ...{ apiKey: 'secret', base, now: clock.now, random: () => 0.5, timers: clock, failed },
    requestTimeoutMs: neverMs,
  });
});
afterEach(async () => {
  await caps.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const coin = (symbol: unknown, market_cap: unknown) => ({ id: 'any', symbol, market_cap, name: 'Any' });

it('are found by the name that exchanges use, the largest of several, also for a thousand coins at once', async () => {
  const strange = [coin('none', null), coin('', 5), coin('minus', -1), coin(7, 7), null, 'text'];
  answer = () => [coin('btc', 2e12), coin('pepe', 5e9), coin('abc', 100), ...strange, coin('abc', 300), coin('ABC', 7)];
  expect(caps.of('BTC')).toBeUndefined();
  await caps.refresh();
  expect(['BTC', 'ABC', '1000PEPE', '1MPEPE', 'PEPE'].map((asset) => caps.of(asset))).toEqual([
    2e12, 300, 5e9, 5e9, 5e9,
  ]);
  expect(['NONE', 'MINUS', 'NOBODY', '1000', ''].map((asset) => caps.of(asset))).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
  expect(asked.map(({ url, headers }) => [url, headers['x-cg-demo-api-key']])).toEqual([
    ['/api/v3/coins/markets?vs_currency=usd&order=market_cap_desc&per_page=250&page=1', 'secret'],
  ]);
  expect(failures).toEqual([]);
});

it('come page by page, no more than a thousand coins, and are asked for once an hour', async () => {
  answer = (page) => Array.from({ length: 250 }, (_, index) => coin(`c${page}x${index}`, 1_000 - page));
  await Promise.all([caps.refresh(), caps.refresh()]);
  expect(asked).toHaveLength(4);
  expect([caps.of('C1X0'), caps.of('C4X249'), caps.of('C5X0')]).toEqual([999, 996, null]);
  clock.time += 3_599_000;
  await caps.refresh();
  expect(asked).toHaveLength(4);
  clock.time += 1_000;
  await caps.refresh();
  expect(asked).toHaveLength(8);
});

it('stay for a day where they cannot be had any more, which is told each time, and no more often than useful', async () => {
  answer = () => [coin('btc', 1)];
  await caps.refresh();
  const told = clock.time;
  status = 401;
  clock.time += 3_600_000;
  await caps.refresh();
  await caps.refresh();
  expect([asked.length, failures.length, caps.of('BTC')]).toEqual([2, 1, 1]);
  expect(failures[0]).toMatchObject({ code: 'EXCHANGE_REFUSED' });
  expect(String(failures[0])).not.toContain('secret');
  clock.time = told + 86_400_000;
  expect(caps.of('BTC')).toBeUndefined();
  answer = () => ({ error: 'nothing' });
  status = 200;
  await caps.refresh();
  expect(failures[1]).toMatchObject({ code: 'EXCHANGE_ANSWER_INVALID' });
  answer = () => [coin('btc', 2)];
  clock.time += 600_000;
  await caps.refresh();
  expect([caps.of('BTC'), failures.length]).toEqual([2, 2]);
});
