import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createRestWorlds, weightRule } from '../testing/rest-world.ts';
import { RateLimits } from './rate-limits.ts';

const { world, cleanUp } = createRestWorlds();
afterEach(cleanUp);

const minuteOf = (time: number): number => Math.floor(time / 60_000);

describe('the REST client', () => {
  it('sends no more than the limit in a minute', async () => {
    const times: number[] = [];
    const { clock, client } = await world((_request, response) => {
      times.push(minuteOf(clock.time));
      response.end('{}');
    });
    const { get } = client({ rules: [weightRule(11)] });
    await Promise.all(Array.from({ length: 12 }, () => get('/x', { weight: 2 })));
    const perMinute = Map.groupBy(times, (minute) => minute);
    expect(times).toHaveLength(12);
    for (const [, requests] of perMinute) expect(requests.length).toBeLessThanOrEqual(5);
    expect(perMinute.size).toBeGreaterThanOrEqual(3);
  });

  it('believes the header when others use the same address', async () => {
    const { clock, client } = await world((_request, response) => {
      response.setHeader('x-used', 94);
      response.end('{}');
    });
    const { get, group } = client();
    await get('/x');
    expect(group.weight).toEqual({ used: 94, limit: 100 });
    const before = minuteOf(clock.time);
    await get('/x', { weight: 2 });
    expect(minuteOf(clock.time)).toBe(before + 1);
  });

  it('leaves something of the limit for what is more urgent', async () => {
    const { clock, client } = await world((_request, response) => {
      response.setHeader('x-used', 90);
      response.end('{}');
    });
    const { get } = client();
    await get('/x');
    const before = minuteOf(clock.time);
    await get('/prime', { priority: 'prime' });
    expect(minuteOf(clock.time)).toBe(before);
    await get('/history', { priority: 'history' });
    expect(minuteOf(clock.time)).toBe(before + 1);
  });

  it('sends the urgent ones first', async () => {
    const held: ServerResponse[] = [];
    const { seen, client } = await world((request, response) => {
      if (request.url === '/held') held.push(response);
      else response.end('{}');
    });
    const { get } = client();
    const first = Array.from({ length: 8 }, () => get('/held', { priority: 'repair' }));
    const later = (['history', 'poll', 'prime', 'repair'] as const).map((priority) =>
      get(`/${priority}`, { priority }),
    );
    await vi.waitFor(() => expect(held).toHaveLength(8));
    for (const response of held.splice(0, 5)) response.end('{}');
    await Promise.all(later);
    for (const response of held) response.end('{}');
    await Promise.all(first);
    const order = seen.filter((url) => url !== '/held');
    expect(order).toEqual(['/repair', '/prime', '/poll', '/history']);
  });

  it('keeps places free from what can wait: slow history holds up no repair', async () => {
    const held: ServerResponse[] = [];
    const { client } = await world((request, response) => {
      if (request.url === '/history') held.push(response);
      else response.end('{}');
    });
    const { get, client: rest } = client();
    const history = Array.from({ length: 10 }, () => get('/history', { priority: 'history' }));
    await vi.waitFor(() => expect(held).toHaveLength(4));
    await get('/repair', { priority: 'repair' });
    expect(held).toHaveLength(4);
    expect(rest.waiting).toBe(6);
    await rest.close();
    await Promise.allSettled(history);
    expect(rest.waiting).toBe(0);
  });

  it('holds up nothing on other paths for the limit of one path', async () => {
    const { seen, clock, client } = await world((_request, response) => response.end('{}'));
    const rest = { counts: 'requests', windows: 'sliding', paths: ['/slow'] } as const;
    const { get } = client({ rules: [{ what: 'slow ones', count: 1, windowMs: 2_000, rest }] });
    const before = clock.time;
    await Promise.all([get('/slow'), get('/slow'), get('/fast', { priority: 'history' })]);
    expect(clock.time - before).toBeGreaterThanOrEqual(2_000);
    expect(seen.at(-1)).toBe('/slow');
    expect(seen).toHaveLength(3);
  });

  it('shares its limits with all that are given the same ones', async () => {
    const perMinute = new Map<number, number>();
    const { clock, client } = await world((_request, response) => {
      const minute = minuteOf(clock.time);
      perMinute.set(minute, (perMinute.get(minute) ?? 0) + 1);
      response.end('{}');
    });
    const limits = new RateLimits();
    const clients = [client({ limits, rules: [weightRule(10)] }), client({ limits, rules: [weightRule(10)] })];
    await Promise.all(clients.flatMap(({ get }) => Array.from({ length: 9 }, () => get('/x'))));
    expect([...perMinute.values()].reduce((sum, count) => sum + count)).toBe(18);
    // Each alone would have sent nine in the first minute.
    expect(Math.max(...perMinute.values())).toBeLessThanOrEqual(9);
  });

  it('tries again after a 5xx, and gives up with a code', async () => {
    let requests = 0;
    const { client } = await world((request, response) => {
      requests++;
      response.writeHead(request.url === '/down' || requests < 3 ? 503 : 200).end('{"fine":true}');
    });
    const { get, client: rest } = client();
    expect(await get('/flaky')).toEqual({ fine: true });
    await expect(get('/down')).rejects.toMatchObject({ code: 'EXCHANGE_UNREACHABLE' });
    expect([rest.requests, rest.refusals.counts]).toEqual([8, { 'server-error': 7 }]);
  });

  it('tries again where an answer with status 200 says that it is busy, and not where it says no', async () => {
    const { seen, client } = await world((request, response) => {
      const busy = request.url === '/busy' && seen.length < 3;
      response.end(busy ? '{"code":1}' : request.url === '/no' ? '{"code":2}' : '{"code":0}');
    });
    const coded = z.object({ code: z.int() });
    const refusal = (body: unknown) => {
      const { code } = coded.parse(body);
      return code === 0 ? undefined : { reason: `code ${code}`, passing: code === 1 };
    };
    const { get, client: rest } = client({ refusal });
    expect(await get('/busy')).toEqual({ code: 0 });
    await expect(get('/no')).rejects.toMatchObject({
      code: 'EXCHANGE_REFUSED',
      message: expect.stringContaining('code 2'),
    });
    expect(rest.refusals.counts).toEqual({ 'server-error': 2, refused: 1 });
  });

  it.each([
    ['not-json', 'EXCHANGE_ANSWER_INVALID', 200, '<html>maintenance</html>'],
    ['not-json', 'EXCHANGE_ANSWER_INVALID', 200, '{"list":[1,2'],
    ['not-json', 'EXCHANGE_ANSWER_INVALID', 200, ''],
    ['unknown-shape', 'EXCHANGE_ANSWER_INVALID', 200, '{"rows":[]}'],
    ['refused', 'EXCHANGE_REFUSED', 400, '{"code":-1121,"msg":"Invalid symbol."}'],
    ['refused', 'EXCHANGE_REFUSED', 451, 'restricted location'],
    ['refused', 'EXCHANGE_REFUSED', 302, 'elsewhere'],
  ])('counts %s and says %s for %i %s, once', async (reason, code, status, body) => {
    const { seen, client } = await world((_request, response) =>
      response.writeHead(status, { location: '/elsewhere' }).end(body),
    );
    const { get, client: rest } = client();
    const parse = (answer: unknown): unknown => z.object({ list: z.array(z.int()) }).parse(answer);
    const refused = await get('/x', { parse }).catch((cause: unknown) => cause);
    expect(refused).toMatchObject({ code });
    expect(String(refused)).not.toContain('\n');
    expect(rest.refusals.counts).toEqual({ [reason]: 1 });
    expect(seen).toEqual(['/x']);
  });

  it('weighs requests that nobody answered: the exchange may have counted them', async () => {
    const { clock, client } = await world(() => {});
    const { get, client: rest, group } = client({ timeoutMs: 1_000 });
    const before = clock.time;
    await expect(get('/hangs', { weight: 7 })).rejects.toMatchObject({
      code: 'EXCHANGE_UNREACHABLE',
      message: expect.stringContaining('within 1000 ms'),
    });
    expect(clock.time - before).toBeGreaterThanOrEqual(5_000);
    expect([rest.requests, rest.refusals.counts]).toEqual([5, { timeout: 5 }]);
    expect(minuteOf(clock.time)).toBe(minuteOf(before));
    expect(group.weight.used).toBe(35);
  });

  it('counts a broken connection, and tries again', async () => {
    const { seen, client } = await world((request, response) => {
      if (seen.length < 3) request.socket.destroy();
      else response.end('{}');
    });
    const { get, client: rest } = client();
    await get('/x');
    expect(rest.refusals.counts).toEqual({ unreachable: 2 });
  });
});

describe('whoever gives up', () => {
  it('is told at once while the request waits, and it is never sent', async () => {
    const { seen, client } = await world(() => {});
    const { get, client: rest } = client();
    const held = Array.from({ length: 8 }, () => get('/held', { priority: 'repair' }).catch(() => {}));
    await vi.waitFor(() => expect(seen).toHaveLength(8));
    const cancel = new AbortController();
    const waiting = get('/waiting', { signal: cancel.signal });
    cancel.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    expect(rest.waiting).toBe(0);
    await expect(get('/late', { signal: cancel.signal })).rejects.toThrow('enough');
    await rest.close();
    await Promise.all(held);
    expect(seen.filter((url) => url !== '/held')).toEqual([]);
  });

  it('is told at once while the exchange is silent, and the connection ends', async () => {
    const ended = Promise.withResolvers<void>();
    const { seen, client } = await world((request) => request.socket.once('close', () => ended.resolve()));
    const { get } = client();
    const cancel = new AbortController();
    const silent = get('/silent', { signal: cancel.signal });
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    cancel.abort(new Error('enough'));
    await expect(silent).rejects.toThrow('enough');
    await ended.promise;
  });

  it('is told at once between two tries', async () => {
    const { seen, clock, client } = await world((_request, response) => response.writeHead(500).end());
    const pauses: number[] = [];
    const timers = {
      after(ms: number) {
        pauses.push(ms);
        return () => {};
      },
    };
    const { get } = client({ timers, now: clock.now });
    const cancel = new AbortController();
    const failing = get('/x', { signal: cancel.signal });
    await vi.waitFor(() => expect(pauses.some((ms) => ms < 10_000)).toBe(true));
    cancel.abort(new Error('enough'));
    await expect(failing).rejects.toThrow('enough');
    expect(seen).toHaveLength(1);
  });

  it('by closing ends all that waits and all that is under way', async () => {
    const { client } = await world(() => {});
    const { get, client: rest } = client();
    const waiting = Array.from({ length: 10 }, () => get('/never'));
    const ended = Promise.allSettled(waiting);
    await rest.close();
    for (const result of await ended) expect(result).toMatchObject({ reason: { code: 'EXCHANGE_UNREACHABLE' } });
    await expect(get('/after')).rejects.toMatchObject({ code: 'EXCHANGE_UNREACHABLE' });
  });
});
