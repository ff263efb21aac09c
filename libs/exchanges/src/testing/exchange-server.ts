/** A server of its own on the loopback, and exchanges that ask it, never kept waiting by a clock. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExchangeOptions } from '../exchange-from-spec.ts';
import { type ExchangeMarket, exchanges } from '../exchanges.ts';
import { LeapingClock, neverMs } from './rest-world.ts';

const cleanups: (() => unknown)[] = [];

export async function cleanUpServers(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export interface Told {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: string;
}

export async function againstServer(answer: (url: URL) => Told | string, time?: number) {
  const asked: URL[] = [];
  const http = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://x');
    asked.push(url);
    const told = answer(url);
    const { status = 200, headers = {}, body } = typeof told === 'string' ? { body: told } : told;
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  cleanups.push(
    () => new Promise((resolve) => http.close(resolve)),
    () => http.closeAllConnections(),
  );
  const clock = new LeapingClock();
  clock.time = time ?? clock.time;
  const restBase = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const make = (name: ExchangeMarket, options: Partial<ExchangeOptions> = {}) => {
    const { now } = clock;
    const given = { restBase, now, random: () => 0.5, timers: clock, requestTimeoutMs: neverMs, ...options };
    const exchange = exchanges[name](given);
    cleanups.push(() => exchange.close());
    return exchange;
  };
  return { asked, clock, restBase, make };
}
