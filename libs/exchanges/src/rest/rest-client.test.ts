import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Timers } from '../timers.ts';
import { RestClient } from './rest-client.ts';
import { WeightLedger } from './weight-ledger.ts';

/** Time that passes only when somebody waits for it: waiting for a minute takes no time. */
class LeapingClock implements Timers {
  time = 6_000_000;
  readonly now = (): number => this.time;

  after(ms: number, call: () => void): () => void {
    const due = this.time + ms;
    const immediate = setImmediate(() => {
      this.time = Math.max(this.time, due);
      call();
    });
    return () => clearImmediate(immediate);
  }
}

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function exchange(handle: (request: IncomingMessage, response: ServerResponse) => void, weightPerMinute = 100) {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const clock = new LeapingClock();
  const ledger = new WeightLedger({
    weightPerWindow: weightPerMinute,
    windowMs: 60_000,
    usableShare: 1,
    now: clock.now,
  });
  const client = new RestClient({
    exchange: 'Test exchange',
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ledger,
    usedWeightHeader: 'x-used',
    now: clock.now,
    random: () => 0.5,
    timers: clock,
  });
  cleanups.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => server.closeAllConnections(),
    () => client.close(),
  );
  const get = (path: string, weight = 1, priority: 'repair' | 'prime' | 'history' = 'prime') =>
    client.get({ path, weight, priority, parse: (body) => body });
  return { client, clock, ledger, get };
}

describe('the REST client', () => {
  it('sends no more than the limit in a minute', async () => {
    const times: number[] = [];
    const { clock, get } = await exchange((_request, response) => {
      times.push(Math.floor(clock.time / 60_000));
      response.end('{}');
    }, 10);
    await Promise.all(Array.from({ length: 12 }, () => get('/x', 2)));
    const perMinute = Map.groupBy(times, (minute) => minute);
    expect(times).toHaveLength(12);
    for (const [, requests] of perMinute) expect(requests.length).toBeLessThanOrEqual(5);
  });

  it('believes the header when others use the same address', async () => {
    const { get, ledger, clock } = await exchange((_request, response) => {
      response.setHeader('x-used', 95);
      response.end('{}');
    });
    await get('/x');
    expect(ledger.used).toBe(95);
    const before = Math.floor(clock.time / 60_000);
    await get('/x', 6);
    expect(Math.floor(clock.time / 60_000)).toBe(before + 1);
  });

  it.each([429, 418])('sends nothing during a ban (%i) and then all of it', async (status) => {
    let banUntil = 0;
    let duringBan = 0;
    let answered = 0;
    const { clock, get } = await exchange((_request, response) => {
      if (banUntil === 0) {
        banUntil = clock.time + 7_000;
        response.writeHead(status, { 'retry-after': '7' }).end('{"code":-1003}');
        return;
      }
      if (clock.time < banUntil) duringBan++;
      answered++;
      response.end('{}');
    });
    await get('/first');
    await Promise.all([get('/a'), get('/b'), get('/c')]);
    expect(duringBan).toBe(0);
    expect(answered).toBe(4);
  });

  it('sends the urgent ones first', async () => {
    const seen: string[] = [];
    const held: ServerResponse[] = [];
    const { get } = await exchange((request, response) => {
      seen.push(request.url ?? '');
      if (request.url === '/held') held.push(response);
      else response.end('{}');
    });
    const first = Array.from({ length: 8 }, () => get('/held'));
    const later = [get('/history', 1, 'history'), get('/prime'), get('/repair', 1, 'repair')];
    await vi.waitFor(() => expect(held).toHaveLength(8));
    held.pop()?.end('{}'); // one place is free: the others go through it one by one
    await Promise.all(later);
    for (const response of held) response.end('{}');
    await Promise.all(first);
    const order = seen.filter((url) => url !== '/held');
    expect(order).toEqual(['/repair', '/prime', '/history']);
  });

  it('tries again after a 5xx, and gives up with a code', async () => {
    let requests = 0;
    const { get } = await exchange((request, response) => {
      requests++;
      response.writeHead(request.url === '/down' || requests < 3 ? 503 : 200).end('{"fine":true}');
    });
    expect(await get('/flaky')).toEqual({ fine: true });
    await expect(get('/down')).rejects.toMatchObject({ code: 'EXCHANGE_UNREACHABLE' });
  });

  it('does not repeat what is refused or not understood', async () => {
    let requests = 0;
    const { get } = await exchange((request, response) => {
      requests++;
      if (request.url === '/html') response.end('<html>maintenance</html>');
      else response.writeHead(400).end('{"code":-1121,"msg":"Invalid symbol."}');
    });
    await expect(get('/bad')).rejects.toMatchObject({ code: 'EXCHANGE_REFUSED' });
    await expect(get('/html')).rejects.toMatchObject({ code: 'EXCHANGE_ANSWER_INVALID' });
    expect(requests).toBe(2);
  });

  it('ends what waits when it is closed', async () => {
    const { client, get } = await exchange(() => {});
    const waiting = Array.from({ length: 10 }, () => get('/never'));
    const ended = Promise.allSettled(waiting);
    await client.close();
    for (const result of await ended) expect(result.status).toBe('rejected');
  });
});
