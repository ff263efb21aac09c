/** What becomes of instruments while they are collected: listed, halted, delisted, of a status that nobody knows. */
import { decodeAs, type InstrumentChanged } from '@screener/events';
import type { Exchange } from '@screener/exchanges';
import type { Log } from '@screener/log';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { followLive } from './testing/live-follower.ts';
import { contentsOf, expectLedger } from './testing/log-contents.ts';
import { createWorlds, primeMinutes, type World } from './testing/world.ts';

const minuteMs = 60_000;
const { world, cleanUp } = createWorlds();
afterEach(cleanUp);

async function changesOf(log: Log, symbol: string): Promise<readonly (InstrumentChanged & { at: number })[]> {
  const changes: (InstrumentChanged & { at: number })[] = [];
  for await (const batch of log.reader({ topic: 'instruments', from: 'beginning', until: 'end' })) {
    for (const { value, timestamp } of batch) {
      const event = decodeAs('InstrumentChanged', value ?? new Uint8Array());
      if (event.symbol === symbol) changes.push({ ...event, at: timestamp });
    }
  }
  return changes;
}

const statusesOf = async (log: Log, symbol: string): Promise<string[]> =>
  (await changesOf(log, symbol)).map(({ status }) => status);

const waiting = { timeout: 20_000, interval: 50 };
const passed = ({ simulator }: World, minutes: number): Promise<void> => {
  const until = simulator.now() + minutes * minuteMs;
  return vi.waitFor(() => expect(simulator.now()).toBeGreaterThan(until), waiting);
};

describe('instruments while they are collected', () => {
  it('are subscribed within a minute of their listing, known before their first candle', async () => {
    const made = await world(60, 4);
    const { log, simulator, reports } = made;
    await made.collect();
    await vi.waitFor(() => expect(reports.get('primed')).toBe(4), waiting);
    const live = followLive(log);
    simulator.faults.inject({ kind: 'listing', symbols: ['NEWUSDT'] });
    const { listedAt } = simulator.ledger.listings[0] ?? { listedAt: 0 };
    const firstOf = async (): Promise<number> =>
      (await contentsOf(log)).candles.get('binance:usdm:NEWUSDT')?.[0]?.openTime ?? 0;
    await vi.waitFor(async () => expect(await firstOf()).toBeGreaterThan(0), waiting);
    expect(await firstOf()).toBe(listedAt);
    await live.close();
    const own = live.seen.filter(({ instrument }) => instrument === 'binance:usdm:NEWUSDT');
    expect(own[0]?.eventTime).toBeLessThan(listedAt + minuteMs);
    const [change, ...more] = await changesOf(log, 'NEWUSDT');
    expect(change).toMatchObject({ status: 'trading', listedAt });
    expect(more).toEqual([]);
  }, 60_000);

  it('know their market capitalisation once somebody says it', async () => {
    const made = await world(60, 2);
    const caps = new Map<string, number>();
    const marketCaps = {
      refresh: async () => void caps.set('BTC', 2e12),
      of: (asset: string) => (caps.size === 0 ? undefined : (caps.get(asset) ?? null)),
    };
    await made.collect({ marketCaps });
    const known = async () => (await changesOf(made.log, 'BTCUSDT')).at(-1)?.marketCap;
    await vi.waitFor(async () => expect(await known()).toBe(2e12), waiting);
  }, 60_000);

  it('end without an alarm when they are delisted, with all that they traded', async () => {
    const made = await world(120, 5);
    const { log, simulator, reports, reported } = made;
    const collector = await made.collect();
    await vi.waitFor(() => expect(reports.get('primed')).toBe(5), waiting);
    // The last frames are lost: REST has them.
    simulator.faults.inject({ kind: 'missing-final', symbols: ['ETHUSDT'], durationMs: 5 * minuteMs });
    simulator.faults.inject({ kind: 'delisting', symbols: ['ETHUSDT'] });
    await vi.waitFor(async () => expect(await statusesOf(log, 'ETHUSDT')).toEqual(['trading', 'delisted']), waiting);
    await vi.waitFor(() => expect(reports.get('instruments')).toBe(4), waiting);
    await passed(made, 3);
    expect(reported).toMatchObject({ status: 'running', numbers: { missing: 0, unserved: 0 } });
    await collector.stop();
    const contents = await contentsOf(log);
    expectLedger(contents, simulator);
    const { from } = simulator.ledger.delistings[0] ?? { from: 0 };
    expect(contents.candles.get('binance:usdm:ETHUSDT')?.at(-1)?.openTime).toBe(from - minuteMs);
    const atEnd = (await changesOf(log, 'ETHUSDT')).at(-1)?.at ?? 0;
    expect(atEnd, 'dated when it was learned').toBeLessThan(from + 2 * minuteMs);
  }, 60_000);

  it.each(['flat', 'missing'] as const)(
    'that are halted are waited for by nobody, and go on without a hole (bars %s)',
    async (bars) => {
      const made = await world(120, 5);
      const { log, simulator, reports } = made;
      const collector = await made.collect();
      await vi.waitFor(() => expect(reports.get('primed')).toBe(5), waiting);
      simulator.faults.inject({ kind: 'halt', symbols: ['ETHUSDT'], durationMs: 6 * minuteMs, bars });
      // Binance's word for a halt is the one for what is not traded yet.
      const expected = ['trading', 'listed', 'trading'];
      await vi.waitFor(async () => expect(await statusesOf(log, 'ETHUSDT')).toEqual(expected.slice(0, 2)), waiting);
      await vi.waitFor(async () => expect(await statusesOf(log, 'ETHUSDT')).toEqual(expected), waiting);
      await passed(made, 3);
      await vi.waitFor(() => expect(reports.get('missing')).toBe(0), waiting);
      await collector.stop();
      const contents = await contentsOf(log);
      expectLedger(contents, simulator);
      const newest = contents.candles.get('binance:usdm:BTCUSDT')?.at(-1)?.openTime ?? 0;
      expect(contents.candles.get('binance:usdm:ETHUSDT')?.at(-1)?.openTime).toBeGreaterThan(newest - 3 * minuteMs);
      const sources = contents.candles.get('binance:usdm:ETHUSDT')?.map(({ source }) => source) ?? [];
      expect(sources.filter((source) => source === 'synthetic').length > 3).toBe(bars === 'missing');
    },
    60_000,
  );

  it('of a status that nobody knows go on being collected while they say something', async () => {
    const made = await world(120, 5);
    const { log, simulator, reports } = made;
    const collector = await made.collect();
    await vi.waitFor(() => expect(reports.get('primed')).toBe(5), waiting);
    simulator.faults.inject({ kind: 'unknown-status', symbols: ['ETHUSDT'], durationMs: 60 * minuteMs });
    await vi.waitFor(async () => expect(await statusesOf(log, 'ETHUSDT')).toEqual(['trading', 'halted']), waiting);
    await passed(made, 5);
    await collector.stop();
    // Also by whoever comes next.
    const next = await made.collect();
    await passed(made, 8);
    await next.stop();
    const { candles } = await contentsOf(log);
    const newest = candles.get('binance:usdm:BTCUSDT')?.at(-1)?.openTime ?? 0;
    const own = candles.get('binance:usdm:ETHUSDT')?.at(-1);
    expect(own?.openTime).toBeGreaterThan(newest - 2 * minuteMs);
    expect(own?.source).toBe('stream');
  }, 60_000);

  it('that fall out of the choice while their past is fetched, and come back, have every candle once', async () => {
    const made = await world(400, 4);
    const { log, simulator, reports } = made;
    const [first = '', second = '', third = '', fourth = ''] = simulator.symbols;
    let ranked = [first, fourth, second, third];
    let isHeld = true;
    let isAsked = false;
    // Whoever is ranked last is not chosen any more; what was asked for it meanwhile is answered later.
    const through = (exchange: Exchange): Exchange => ({
      ...exchange,
      dayValues: async () => new Map(ranked.map((symbol, rank) => [symbol, 100 - rank])),
      async *klines(range) {
        for await (const page of exchange.klines(range)) {
          while (isHeld && range.symbol === fourth && (range.interval ?? '1m') === '1m') {
            isAsked = true;
            await passed(made, 0);
          }
          yield page;
        }
      },
    });
    const collector = await made.collect({ through, filter: { topByVolume: 2 } });
    await vi.waitFor(() => expect(isAsked && reports.get('primed') === 1).toBe(true), waiting);
    ranked = [first, second, third, fourth];
    await vi.waitFor(() => expect(reports.get('primed')).toBe(2), waiting);
    isHeld = false;
    await passed(made, 3);
    ranked = [first, fourth, third, second];
    await vi.waitFor(async () => {
      expect((await contentsOf(log)).candles.get(`binance:usdm:${fourth}`)?.length).toBeGreaterThan(primeMinutes);
    }, waiting);
    await collector.stop();
    expectLedger(await contentsOf(log), simulator);
  }, 60_000);
});
