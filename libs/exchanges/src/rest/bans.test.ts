/** Nothing is sent during a ban: the server counts. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { banMemory, createRestWorlds } from '../testing/rest-world.ts';
import { RateLimits } from './rate-limits.ts';

const { world, cleanUp } = createRestWorlds();
afterEach(cleanUp);

/** Refuses the first request and notes when the others come. */
async function banning(status: number, headers: Record<string, string>, body = '{"code":-1003}') {
  const at = { refused: 0, later: [] as number[] };
  const here = await world((_request, response) => {
    if (at.refused === 0) {
      at.refused = here.clock.time;
      response.writeHead(status, headers).end(body);
      return;
    }
    at.later.push(here.clock.time);
    response.end('{}');
  });
  return { ...here, at };
}

describe('a short ban', () => {
  it.each([429, 418])('of status %i is sat out to the second, and then all of it is sent', async (status) => {
    const { at, client } = await banning(status, { 'retry-after': '7' });
    const { get, client: rest } = client();
    await get('/first');
    await Promise.all([get('/a'), get('/b'), get('/c')]);
    expect(at.later).toHaveLength(4);
    // The exchange rounds down: the last second counts whole.
    expect(Math.min(...at.later) - at.refused).toBe(8_000);
    expect(rest.refusals.counts).toEqual({ [status === 418 ? 'ban' : 'rate-limit']: 1 });
  });

  it('may be stated as a date by the clock of the exchange', async () => {
    const { at, client } = await banning(429, {
      date: 'Sat, 21 Nov 2026 10:00:00 GMT',
      'retry-after': 'Sat, 21 Nov 2026 10:00:30 GMT',
    });
    await client().get('/first');
    expect((at.later[0] ?? 0) - at.refused).toBe(31_000);
  });

  it('without a time lasts for the rest of the minute', async () => {
    const { at, client } = await banning(429, { 'retry-after': 'soon' });
    await client().get('/first');
    expect((at.later[0] ?? 0) - at.refused).toBe(60_000 - (at.refused % 60_000));
  });

  it('by signs of the exchange’s own holds as well', async () => {
    const { at, client } = await banning(200, {}, '{"retCode":10006}');
    const rateLimitMs = (_status: number, body: string) => (body.includes('10006') ? 5_000 : undefined);
    await client({ rateLimitMs }).get('/first');
    expect((at.later[0] ?? 0) - at.refused).toBe(5_000);
  });
});

describe('a long ban', () => {
  it('is told with a code to all that wait and to all that come, and nothing is sent, also after a restart', async () => {
    const { at, clock, seen, client } = await banning(418, { 'retry-after': '7200' });
    const bans = banMemory();
    const { get, client: rest, group } = client({ bans });
    const first = get('/first');
    await expect(first).rejects.toMatchObject({ code: 'EXCHANGE_BANNED' });
    await expect(get('/second')).rejects.toMatchObject({ code: 'EXCHANGE_BANNED' });
    expect(group.bannedUntil).toBe(at.refused + 7_201_000);
    expect(bans.kept.get('test')).toBe(group.bannedUntil);
    await rest.close();

    clock.time += 3_600_000;
    const restarted = client({ bans });
    await expect(restarted.get('/third')).rejects.toMatchObject({ code: 'EXCHANGE_BANNED' });
    expect(restarted.group.bannedUntil).toBe(group.bannedUntil);
    expect(seen).toEqual(['/first']);

    clock.time = group.bannedUntil - 60_000; // so little is worth waiting for
    await restarted.get('/fourth');
    expect(at.later).toEqual([group.bannedUntil]);
  });

  it('of another process at this address holds as soon as it is known', async () => {
    const { clock, seen, client } = await world((_request, response) => void response.end('{}'));
    const bans = banMemory();
    const { get, group } = client({ bans });
    await get('/before');
    bans.remember('test', clock.time + 7_200_000);
    clock.time += 2_000;
    await expect(get('/during')).rejects.toMatchObject({ code: 'EXCHANGE_BANNED' });
    expect(seen).toEqual(['/before']);
    expect(group.bannedUntil).toBe(bans.kept.get('test'));

    clock.time = group.bannedUntil + 1;
    // Nobody writes this, and it would hold for ever: it is read every second.
    bans.remember('test', clock.time + 8 * 86_400_000);
    await get('/after');
    expect(seen).toEqual(['/before', '/after']);
  });

  it('holds for every client of the same limits', async () => {
    const { seen, client } = await banning(418, { 'retry-after': '7200' });
    const limits = new RateLimits();
    const one = client({ limits });
    const other = client({ limits });
    await expect(one.get('/first')).rejects.toMatchObject({ code: 'EXCHANGE_BANNED' });
    await expect(other.get('/second')).rejects.toMatchObject({ code: 'EXCHANGE_BANNED' });
    expect(seen).toEqual(['/first']);
  });

  it('is not believed to last for years', async () => {
    const { clock, client } = await banning(418, { 'retry-after': '999999999' });
    const bans = banMemory();
    bans.remember('test', Number.NaN);
    const { get, group } = client({ bans });
    await expect(get('/first')).rejects.toMatchObject({ code: 'EXCHANGE_BANNED' });
    expect(group.bannedUntil - clock.time).toBe(7 * 86_400_000);
  });

  it('reaches what has been queued before', async () => {
    const { seen, client } = await world((request, response) => {
      if (request.url === '/ban') response.writeHead(418, { 'retry-after': '7200' }).end('{}');
    });
    const { get } = client();
    const held = Array.from({ length: 7 }, () => get('/held', { priority: 'repair' }).catch(() => {}));
    await vi.waitFor(() => expect(seen).toHaveLength(7));
    const banned = get('/ban', { priority: 'repair' });
    const queued = ['/a', '/b'].map((path) => get(path).catch((cause: unknown) => cause));
    await expect(banned).rejects.toMatchObject({ code: 'EXCHANGE_BANNED' });
    for (const cause of await Promise.all(queued)) expect(cause).toMatchObject({ code: 'EXCHANGE_BANNED' });
    expect(seen.filter((url) => url !== '/held')).toEqual(['/ban']);
    void held;
  });
});
