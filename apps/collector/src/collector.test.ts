/** The collector on the embedded log against the simulated exchange: what ends up in the log is what the exchange says. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { contentsOf, expectLedger, liveMinutes } from './testing/log-contents.ts';
import { createWorlds, primeMinutes } from './testing/world.ts';

const minuteMs = 60_000;
const { world, cleanUp } = createWorlds();
afterEach(cleanUp);

describe('the collector', () => {
  it('writes what the exchange says: history, then every minute once and in order, markers after it', async () => {
    const { log, simulator, collect, reports } = await world(240);
    // Five seconds of the wall clock: a busy machine may stand still for longer than a minute lasts here.
    const collector = await collect({ markerWaitMs: 20 * minuteMs });
    await vi.waitFor(async () => expect(liveMinutes(await contentsOf(log), primeMinutes)).toBeGreaterThan(24), {
      timeout: 20_000,
      interval: 200,
    });
    await vi.waitFor(() => expect(reports.get('primed')).toBe(12), 5_000);
    await collector.stop();
    const contents = await contentsOf(log);
    expect(contents.candles.size).toBe(12);
    expectLedger(contents, simulator);
    // A minute lasts a quarter of a second here: at first, markers go ahead of what REST is still fetching.
    const settled = (contents.markers.get(0)?.[0] ?? 0) + 12 * minuteMs;
    expect(contents.late.filter((openTime) => openTime > settled)).toEqual([]);
    expect(contents.missing.filter((openTime) => openTime > settled)).toEqual([]);
    const sources = [...contents.candles.values()].flatMap((events) => events.map(({ source }) => source));
    expect(sources.filter((source) => source === 'stream').length).toBeGreaterThan(100);
    let liveCandles = 0;
    for await (const batch of log.reader({ topic: 'klines.live', from: 'beginning', until: 'end' }))
      liveCandles += batch.length;
    expect(liveCandles).toBeGreaterThan(0);
  }, 40_000);

  it('resumes from the log: fetches what it missed, doubles nothing, writes no instrument twice', async () => {
    const { log, simulator, collect } = await world(240, 6);
    for (let round = 1; round <= 4; round++) {
      const before = liveMinutes(await contentsOf(log), primeMinutes);
      const collector = await collect();
      const enough = before + 6;
      await vi.waitFor(async () => expect(liveMinutes(await contentsOf(log), primeMinutes)).toBeGreaterThan(enough), {
        timeout: 20_000,
        interval: 100,
      });
      await collector.stop();
      const stoppedAt = simulator.now();
      await vi.waitFor(() => expect(simulator.now() - stoppedAt).toBeGreaterThan(5 * minuteMs), 5_000);
    }
    const contents = await contentsOf(log);
    expectLedger(contents, simulator);
    let instruments = 0;
    for await (const batch of log.reader({ topic: 'instruments', from: 'beginning', until: 'end' }))
      instruments += batch.length;
    expect(instruments).toBe(6);
  }, 60_000);

  it('takes only the symbols it is asked for, in any script', async () => {
    const { log, collect } = await world(60);
    const collector = await collect({ symbols: ['btcusdt', '币安人生USDT', 'NOSUCHUSDT'] });
    await vi.waitFor(async () => expect((await contentsOf(log)).candles.size).toBe(2), { timeout: 10_000 });
    await collector.stop();
    expect([...(await contentsOf(log)).candles.keys()].sort()).toEqual([
      'binance:usdm:BTCUSDT',
      'binance:usdm:币安人生USDT',
    ]);
    await expect(collect({ symbols: ['NOSUCHUSDT'] })).rejects.toMatchObject({ code: 'INSTRUMENTS_NONE' });
  }, 20_000);
});
