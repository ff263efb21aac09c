/** The REST side of every exchange against a server of its own on the loopback. */
import { barOpenTime, type Candle, type IntervalName, intervalMinutes, MINUTE_MS } from '@screener/market';
import { afterEach, describe, expect, it } from 'vitest';
import type { ExchangeProblem, KlineRange } from './exchange.ts';
import { exchangeMarkets } from './exchanges.ts';
import { limitGroupOf, RateLimits } from './rest/rate-limits.ts';
import { againstServer, cleanUpServers, type Told } from './testing/exchange-server.ts';
import { banMemory } from './testing/rest-world.ts';
import { barsAsked, type Row, written } from './testing/written-candles.ts';

const open = Date.UTC(2026, 6, 27, 8);
afterEach(cleanUpServers);
const server = (answer: (url: URL) => Told | string) => againstServer(answer, open + 30_000);

async function all(pages: AsyncIterable<readonly Candle[]>): Promise<readonly Candle[]> {
  const candles: Candle[] = [];
  for await (const page of pages) candles.push(...page);
  return candles;
}

const three: KlineRange = { symbol: 'A/USD', from: open - 2 * MINUTE_MS, to: open, priority: 'repair' };
const times = [-2, -1, 0].map((at) => open + at * MINUTE_MS);
const rows = (change?: Row[1], at = 1): readonly Row[] =>
  times.map((time, index) => (index === at && change !== undefined ? [time, change] : [time]));

describe.each(exchangeMarkets)('candles of %s', (name) => {
  it.each(['shape', 'absurd', 'time'] as const)('lose a row of bad %s and keep the others', async (change) => {
    const { make } = await server(() => written(name, rows(change)));
    const exchange = make(name);
    const problems: ExchangeProblem[] = [];
    const candles = await all(exchange.klines({ ...three, problem: (problem) => problems.push(problem) }));
    expect(candles.map(({ openTime }) => openTime)).toEqual([times[0], times[2]]);
    const reason = change === 'absurd' ? 'absurd-numbers' : 'unknown-shape';
    expect(problems).toMatchObject([{ reason, symbol: 'A/USD', frame: expect.stringMatching(/^\[.*\]$/) }]);
    expect(problems[0]?.openTime).toBe(change === 'time' ? undefined : times[1]);
    expect(exchange.restState().refusals).toEqual({ [reason]: 1 });
  });

  it('are refused as a whole where no row is sound', async () => {
    const { asked, make } = await server(() => written(name, [[open, 'absurd']]));
    const exchange = make(name);
    await expect(all(exchange.klines({ ...three, from: open }))).rejects.toMatchObject({
      code: 'EXCHANGE_ANSWER_INVALID',
    });
    expect(exchange.restState()).toMatchObject({ requests: 1, waiting: 0, refusals: { 'absurd-numbers': 1 } });
    expect(asked).toHaveLength(1);
  });

  it.each(['<html>maintenance</html>', '{"code":"0"', '"fine"', '[[', 'null'])('are not read into %s', async (body) => {
    const { make } = await server(() => body);
    const exchange = make(name);
    await expect(all(exchange.klines(three))).rejects.toMatchObject({ code: 'EXCHANGE_ANSWER_INVALID' });
    const { refusals } = exchange.restState();
    expect(Object.values(refusals)).toEqual([1]);
  });

  it('may be none', async () => {
    const { make } = await server(() => written(name, []));
    expect(await all(make(name).klines(three))).toEqual([]);
  });

  it.each(['5m', '8h', '1w'] as IntervalName[])('can be had of %s', async (interval) => {
    const { asked, make } = await server(({ searchParams }) => written(name, ...barsAsked(searchParams, open)));
    const minutes = intervalMinutes[interval];
    const to = barOpenTime(open, minutes);
    const from = to - 2 * minutes * MINUTE_MS;
    const bars = await all(make(name).klines({ symbol: 'A/USD', interval, from, to, priority: 'prime' }));
    expect(bars.map(({ openTime }) => openTime)).toEqual([from, from + minutes * MINUTE_MS, to]);
    expect(bars[0]).toMatchObject({ open: 2, high: 3, low: 1, close: 2 });
    expect(asked).toHaveLength(1);
  });
});

describe('answers that say no with status 200', () => {
  it.each([
    ['bybit:linear', '{"retCode":10002,"retMsg":"invalid request","result":{},"time":1}', 'invalid request'],
    ['okx:swap', '{"code":"51000","msg":"Parameter bar error","data":[]}', 'Parameter bar'],
    ['kraken:spot', '{"error":["EGeneral:Invalid arguments"]}', 'Invalid arguments'],
  ] as const)('are refusals of %s', async (name, body, text) => {
    const { asked, make } = await server(() => body);
    const refused = all(make(name).klines(three));
    await expect(refused).rejects.toMatchObject({ code: 'EXCHANGE_REFUSED', message: expect.stringContaining(text) });
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['bybit:spot', '{"retCode":10016,"retMsg":"Server error","result":{},"time":1}'],
    ['okx:spot', '{"code":"50013","msg":"Systems are busy","data":[]}'],
    ['kraken:spot', '{"error":["EService:Busy"]}'],
  ] as const)('are tried again where %s is busy', async (name, body) => {
    let busy = 2;
    const { make } = await server(() => (busy-- > 0 ? body : written(name, rows())));
    const exchange = make(name);
    expect(await all(exchange.klines(three))).toHaveLength(3);
    expect(exchange.restState().refusals).toEqual({ 'server-error': 2 });
  });
});

describe('what exchanges of a process share', () => {
  it('is the ban of an address, in all markets of the exchange and after a restart, and in no other', async () => {
    const { asked, clock, make } = await server(({ searchParams }) =>
      searchParams.has('category') ? { status: 403, body: '' } : written('okx:swap', rows()),
    );
    const [limits, bans] = [new RateLimits(), banMemory()];
    const linear = make('bybit:linear', { limits, bans });
    await expect(all(linear.klines(three))).rejects.toMatchObject({ code: 'EXCHANGE_BANNED' });
    expect(linear.restState()).toMatchObject({ bannedUntil: clock.time + 600_000, refusals: { ban: 1 } });
    const spot = make('bybit:spot', { limits, bans });
    await expect(all(spot.klines(three))).rejects.toMatchObject({ code: 'EXCHANGE_BANNED' });
    expect(await all(make('okx:swap', { limits, bans }).klines(three))).toHaveLength(3);
    const restarted = make('bybit:spot', { limits: new RateLimits(), bans });
    await expect(restarted.serverTime()).rejects.toMatchObject({ code: 'EXCHANGE_BANNED' });
    expect(asked.filter(({ searchParams }) => searchParams.has('category'))).toHaveLength(1);
  });

  it('is the firewall of Binance, which says no time', async () => {
    const { clock, make } = await server(() => ({ status: 403, body: '<html>' }));
    const exchange = make('binance:spot');
    await expect(exchange.serverTime()).rejects.toMatchObject({ code: 'EXCHANGE_BANNED' });
    expect(exchange.restState().bannedUntil).toBe(clock.time + 300_000);
  });

  it('is the used weight, by what the exchange says', async () => {
    const { make } = await server(() => ({
      headers: { 'x-mbx-used-weight-1m': '1700' },
      body: written('binance:usdm', rows()),
    }));
    const limits = new RateLimits();
    await all(make('binance:usdm', { limits }).klines(three));
    const other = make('binance:usdm', { limits });
    expect(other.restState()).toMatchObject({ weightUsed: 1_700, weightLimit: 2_400, requests: 0, bannedUntil: 0 });
  });

  it('is counted by host: another address has limits and bans of its own', () => {
    const group = (base: string): string => limitGroupOf('binance-futures', ['binance.com'], base);
    expect(group('https://fapi.binance.com')).toBe('binance-futures');
    expect(group('https://binance.com')).toBe('binance-futures');
    expect(group('https://notbinance.com')).toBe('binance-futures@notbinance.com');
    expect(group('http://127.0.0.1:8080')).toBe('binance-futures@127.0.0.1:8080');
  });
});

describe('limits of single paths', () => {
  it('of OKX hold for each path by itself, in any two seconds', async () => {
    const at = new Map<string, number[]>();
    const { clock, make } = await server((url) => {
      at.set(url.pathname, [...(at.get(url.pathname) ?? []), clock.time]);
      return written('okx:spot', ...barsAsked(url.searchParams, open));
    });
    const exchange = make('okx:spot');
    const old = open - 5_000 * MINUTE_MS;
    const one = (from: number) => all(exchange.klines({ symbol: 'A/USD', from, to: from, priority: 'prime' }));
    const asked = Array.from({ length: 90 }, (_, index) => one((index % 3 === 0 ? old : open) - index * MINUTE_MS));
    for (const candles of await Promise.all(asked)) expect(candles).toHaveLength(1);
    const busiest = [...at].map(([path, times]) => [
      path.split('/').at(-1),
      times.length,
      Math.max(...times.map((from) => times.filter((time) => time >= from && time < from + 2_000).length)),
    ]);
    expect(busiest).toEqual([
      ['history-candles', 30, expect.any(Number)],
      ['candles', 60, expect.any(Number)],
    ]);
    expect(busiest[0]?.[2]).toBeLessThanOrEqual(20);
    expect(busiest[1]?.[2]).toBeLessThanOrEqual(40);
  });
});

describe('the clock of an exchange', () => {
  it('is measured when the exchange is asked for its time', async () => {
    const { clock, make } = await server(() => JSON.stringify({ serverTime: clock.time + 7_000 }));
    const exchange = make('binance:spot');
    expect(exchange.clock()).toBeUndefined();
    await exchange.serverTime();
    expect(exchange.clock()).toEqual({ offsetMs: 7_000, measuredAt: clock.time, roundTripMs: 0 });
  });
});
