import { ScreenerError } from '@screener/errors';
import { createLogger, createMetrics } from '@screener/service';
import { describe, expect, it } from 'vitest';
import { ExchangeTime } from './exchange-time.ts';
import { FeedJobs } from './feed-jobs.ts';
import { Figures } from './figures.ts';
import { Outbox } from './outbox.ts';
import { RecentCandles } from './recent-candles.ts';
import { candleOf, listed, minute, type Script, scriptedExchange } from './testing/scripted-exchange.ts';
import { nothingKnown, Tracked } from './tracked.ts';

const unreachable = new ScreenerError('EXCHANGE_UNREACHABLE', { exchange: 'X', address: 'y', reason: 'status 500' });
const stepMs = 100;
const open = 20;

/** Minutes that each of them lacks are fetched; what the exchange says is the script's. */
function bed(script: Script, symbols: readonly { readonly symbol: string; readonly known: boolean }[]) {
  const exchange = scriptedExchange(script);
  const time = new ExchangeTime(minute(open), 0);
  time.heard(minute(open), false, minute(open) + 30_000, 0);
  const outbox = new Outbox({ writer: { append: async () => {} }, written: () => {}, failed: () => {} });
  const { signal } = new AbortController();
  const tracked = symbols.map(({ symbol, known }) => {
    const one = { instrument: `binance:usdm:${symbol}`, partition: 0, listed: listed(symbol), intervals: [] };
    const minutes = known ? { ...nothingKnown, newest: minute(open - 3) } : nothingKnown;
    return new Tracked({ ...one, known: minutes, outbox, wrote: () => {}, signal });
  });
  const clock = { now: 0 };
  const now = (): number => clock.now;
  const jobs = new FeedJobs({
    ...{
      exchange,
      time,
      now,
      random: () => 0.5,
      primeMinutes: 10,
      primeBars: 0,
      figures: new Figures(now, createMetrics()),
    },
    logger: createLogger({ level: 'silent', name: 'collector', json: false, write: () => {}, now }),
    pace: { tickMs: 25, handledMs: 500, reportMs: 1_000 },
    ...{ problem: () => {}, listedAt: () => minute(open) },
  });
  const pass = async (ms: number): Promise<void> => {
    for (let gone = 0; gone < ms; gone += stepMs) {
      clock.now += stepMs;
      jobs.tick(tracked, clock.now);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { tracked, exchange, clock, pass };
}

const names = (count: number, known: boolean) =>
  Array.from({ length: count }, (_, index) => ({ symbol: `A${index}USDT`, known }));
const all = [17, 18, 19, 20].map((number) => candleOf(number));
const isThere = ({ sequence }: Tracked): boolean => sequence.next === minute(open);

describe('what is fetched next', () => {
  it('is asked for by one while REST is out of reach for all, and by all as soon as it is back', async () => {
    const backAt = 60_000;
    const { tracked, exchange, clock, pass } = bed(
      {
        klines: ({ from }) => {
          if (clock.now < backAt) throw unreachable;
          return all.filter(({ openTime }) => openTime >= from);
        },
      },
      names(50, true),
    );
    await pass(backAt - stepMs);
    expect(exchange.asked.length).toBeGreaterThan(8 + 20);
    expect(exchange.asked.length).toBeLessThan(50 + 40);
    expect(tracked.some(isThere)).toBe(false);
    await pass(3_000);
    expect(tracked.every(isThere)).toBe(true);
  });

  it('does not wait for one that nobody can fetch', async () => {
    let healthy = true;
    const [sick = '', ...others] = names(12, true).map(({ symbol }) => symbol);
    const { tracked, pass } = bed(
      {
        klines: ({ symbol, from }) => {
          if (symbol === sick || !healthy) throw unreachable;
          return all.filter(({ openTime }) => openTime >= from);
        },
      },
      names(12, true),
    );
    healthy = false;
    await pass(30_000);
    healthy = true;
    await pass(5_000);
    expect(tracked.filter(isThere).map(({ symbol }) => symbol)).toEqual(others);
  });

  it('are holes of known instruments before the past of new ones, and without waiting for it', async () => {
    const hanging = new Promise<never>(() => {});
    const made = bed({}, [...names(40, false), { symbol: 'KNOWNUSDT', known: true }]);
    const { tracked, exchange, pass } = made;
    exchange.klines = async function* ({ symbol, priority, from }) {
      exchange.asked.push({ symbol, priority, from, to: 0 });
      if (symbol !== 'KNOWNUSDT') await hanging;
      yield all.filter(({ openTime }) => openTime >= from);
    };
    await pass(1_000);
    expect(exchange.asked.length).toBeLessThan(40);
    expect(exchange.asked.find(({ symbol }) => symbol === 'KNOWNUSDT')?.priority).toBe('repair');
    expect(exchange.asked.find(({ symbol }) => symbol === 'A0USDT')?.priority).toBe('prime');
    expect(tracked.filter(isThere).map(({ symbol }) => symbol)).toEqual(['KNOWNUSDT']);
  });

  it('is the last day of instruments one after the other, so that hardly anything of the limit is used', async () => {
    const { tracked, exchange, pass } = bed({ klines: () => all }, names(10, true));
    await pass(1_000);
    exchange.asked.splice(0);
    for (const one of tracked) {
      one.older = new RecentCandles(1_440);
      one.older.put(minute(5), { candle: candleOf(5), source: 'stream' });
    }
    await pass(15_000);
    const compared = exchange.asked.filter(({ from }) => from === minute(5));
    // Weight 7 of 2,400 a minute, of which a twentieth is for this.
    expect([compared.length, tracked.filter(({ older }) => older === undefined).length]).toEqual([5, 5]);
    await pass(20_000);
    expect(tracked.every(({ older }) => older === undefined)).toBe(true);
  });

  it('is compared again soon where REST did not answer', async () => {
    let fails = true;
    const { tracked, exchange, pass } = bed(
      {
        klines: ({ from }) => {
          if (fails && from < minute(17)) throw unreachable;
          return all.filter(({ openTime }) => openTime >= from);
        },
      },
      names(1, true),
    );
    const [one] = tracked;
    if (one === undefined) throw new RangeError('nobody is tracked');
    await pass(1_000);
    expect(isThere(one)).toBe(true);
    one.recent.put(minute(15), { candle: candleOf(15), source: 'stream' });
    one.recent.put(minute(16), { candle: candleOf(16), source: 'stream' });
    one.verifyAt = 0;
    exchange.asked.splice(0);
    await pass(1_000);
    expect(exchange.asked.length).toBeGreaterThan(0);
    fails = false;
    const before = exchange.asked.length;
    await pass(5_000);
    expect(exchange.asked.length).toBe(before + 1);
    expect(one.verifyAt).toBeGreaterThan(minute(open));
  });
});
