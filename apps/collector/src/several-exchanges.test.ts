/** One collector for several exchanges: their instruments lie side by side, and markers wait for all of them. */
import { createBinanceSpot, createBybit, type Exchange } from '@screener/exchanges';
import { startSimulator } from '@screener/simulator';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { contentsOf, expectMarkers, liveMinutes } from './testing/log-contents.ts';
import { testExchange } from './testing/test-collector.ts';
import { createWorlds, primeMinutes } from './testing/world.ts';

const { world, cleanUp } = createWorlds();
const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  await cleanUp();
  for (const cleanup of cleanups.splice(0)) await cleanup();
});
const waiting = { timeout: 25_000, interval: 100 };

describe('several exchanges', () => {
  it('are not held up at the start by one that never answers, and no start leaves anything behind', async () => {
    const made = await world(60, 3);
    const stuck: Exchange = {
      ...testExchange(made.simulator, made.clock, {}, createBinanceSpot),
      serverTime: () => new Promise(() => {}),
    };
    cleanups.push(stuck.close);
    await made.collect({ exchanges: [stuck, made.exchange] });
    await vi.waitFor(() => expect(made.reports.get('primed')).toBe(3), waiting);
  }, 60_000);

  it('are collected side by side; one that does not answer at first joins later', async () => {
    const speed = 60;
    const made = await world(speed, 4);
    const { log, clock } = made;
    const common = { port: 0, host: '127.0.0.1', seed: 9, now: Date.now, notify: () => {}, speed, instruments: 3 };
    const startAt = Date.now() - (Date.now() - made.simulator.now());
    const bybit = await startSimulator({ ...common, startAt, dialect: 'bybit-linear', patience: 'simulated' });
    const spot = await startSimulator({ ...common, startAt, dialect: 'spot', patience: 'simulated' });
    cleanups.push(bybit.stop, spot.stop);
    let spotAnswers = false;
    const spotExchange = testExchange(spot, clock, {}, createBinanceSpot);
    const late = {
      ...spotExchange,
      serverTime: () => (spotAnswers ? spotExchange.serverTime() : Promise.reject(new Error('no answer'))),
    };
    const bybitExchange = testExchange(bybit, clock, {}, (options) => createBybit({ ...options, market: 'linear' }));
    cleanups.push(bybitExchange.close, spotExchange.close);
    const collector = await made.collect({ exchanges: [made.exchange, bybitExchange, late] });
    await vi.waitFor(() => expect(made.reports.get('primed')).toBe(7), waiting);
    expect(made.reported.text).toContain('binance:spot does not answer');
    spotAnswers = true;
    await vi.waitFor(() => expect(made.reports.get('primed')).toBe(10), waiting);
    await vi.waitFor(async () => expect(liveMinutes(await contentsOf(log), primeMinutes)).toBeGreaterThan(3), waiting);
    await collector.stop();
    const contents = await contentsOf(log);
    expectMarkers(contents);
    const markets = [...contents.candles.keys()].map((instrument) => instrument.split(':').slice(0, 2).join(':'));
    expect(
      Object.entries(Object.groupBy(markets, (market) => market))
        .map(([market, all]) => [market, all?.length])
        .sort(),
    ).toEqual([
      ['binance:spot', 3],
      ['binance:usdm', 4],
      ['bybit:linear', 3],
    ]);
    for (const [instrument, events] of contents.candles) {
      const { ledger } = instrument.startsWith('bybit') ? bybit : instrument.includes(':spot:') ? spot : made.simulator;
      for (const { openTime, open, close, source } of events) {
        const symbol = instrument.split(':')[2] ?? '';
        if (!ledger.hasCandle(symbol, openTime)) expect(source).toBe('synthetic');
        else
          expect({ open, close }, instrument).toMatchObject({
            open: ledger.candleAt(symbol, openTime).open,
            close: ledger.candleAt(symbol, openTime).close,
          });
      }
    }
  }, 90_000);
});
