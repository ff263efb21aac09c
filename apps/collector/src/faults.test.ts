/** What exchanges, networks and operators do to a collector; the log must not show it. */
import type { Exchange, KlineUpdate } from '@screener/exchanges';
import { openLog } from '@screener/log';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createKilledCollectors } from './testing/killed-collector.ts';
import { contentsOf, expectLedger, liveMinutes } from './testing/log-contents.ts';
import { createWorlds, primeMinutes } from './testing/world.ts';

const minuteMs = 60_000;
const { world, cleanUp } = createWorlds();
const killed = createKilledCollectors();
afterEach(async () => {
  killed.cleanUp();
  await cleanUp();
});

interface Faults {
  lost: number;
  repeated: number;
  swapped: number;
}

/** Loses, repeats and swaps final frames, every so many of them. */
function unreliable(exchange: Exchange, faults: Faults): Exchange {
  return {
    ...exchange,
    streamKlines(symbols, listener) {
      let count = 0;
      let held: KlineUpdate | undefined;
      const kline = (update: KlineUpdate): void => {
        if (!update.closed) {
          listener.kline(update);
          return;
        }
        count++;
        if (count % 7 === 0) {
          faults.lost++;
          return;
        }
        if (count % 11 === 0 && held === undefined) {
          held = update;
          return;
        }
        listener.kline(update);
        if (count % 5 === 0) {
          faults.repeated++;
          listener.kline(update);
        }
        if (held?.symbol === update.symbol) {
          faults.swapped++;
          listener.kline(held);
          held = undefined;
        }
      };
      return exchange.streamKlines(symbols, { ...listener, kline });
    },
  };
}

/** One symbol whose history cannot be had, and whose stream is dead, while `sick` says so. */
function withSickSymbol(exchange: Exchange, symbol: string, sick: () => boolean): Exchange {
  return {
    ...exchange,
    klines(range) {
      if (range.symbol === symbol && sick()) throw new Error('no answer');
      return exchange.klines(range);
    },
    streamKlines: (symbols, listener) =>
      exchange.streamKlines(symbols, {
        ...listener,
        kline: (update) => {
          if (update.symbol !== symbol || !sick()) listener.kline(update);
        },
      }),
  };
}

describe('the collector under faults', () => {
  it('repairs lost final frames before it lets later ones through, and drops repeated ones', async () => {
    const { log, simulator, collect, reports } = await world(60, 8);
    const faults: Faults = { lost: 0, repeated: 0, swapped: 0 };
    const collector = await collect({ through: (exchange) => unreliable(exchange, faults) });
    await vi.waitFor(async () => expect(liveMinutes(await contentsOf(log), primeMinutes)).toBeGreaterThan(9), {
      timeout: 25_000,
      interval: 200,
    });
    await vi.waitFor(() => expect(reports.get('repaired')).toBeGreaterThan(0), 5_000);
    await collector.stop();
    expectLedger(await contentsOf(log), simulator);
    for (const [kind, happened] of Object.entries(faults)) expect(happened, kind).toBeGreaterThan(0);
  }, 40_000);

  it('lets a sick symbol hold up nobody, names it, and fills it when it is well again', async () => {
    const { log, simulator, collect } = await world(120, 6);
    const sickSymbol = 'ETHUSDT';
    let sick = false;
    const through = (exchange: Exchange) => withSickSymbol(exchange, sickSymbol, () => sick);
    const collector = await collect({ through });
    const lengthOf = async (symbol: string): Promise<number> =>
      (await contentsOf(log)).candles.get(`binance:usdm:${symbol}`)?.length ?? 0;
    await vi.waitFor(async () => expect(await lengthOf(sickSymbol)).toBeGreaterThan(primeMinutes + 1), 10_000);
    sick = true;
    const before = await lengthOf('BTCUSDT');
    await vi.waitFor(async () => expect(await lengthOf('BTCUSDT')).toBeGreaterThan(before + 10), 15_000);
    expect(await lengthOf(sickSymbol)).toBeLessThan(before + 8);
    const named = (await contentsOf(log)).missing.length;
    expect(named).toBeGreaterThan(2);
    sick = false;
    await vi.waitFor(
      async () => expect(await lengthOf(sickSymbol)).toBeGreaterThanOrEqual((await lengthOf('BTCUSDT')) - 1),
      { timeout: 20_000, interval: 200 },
    );
    await collector.stop();
    expectLedger(await contentsOf(log), simulator);
  }, 60_000);

  it('loses and doubles nothing when it is killed again and again, two members at a time', async () => {
    const made = await world(120, 8);
    const { directory, log, simulator } = made;
    await log.close(); // one process writes: from now on the ones that are killed
    // Also in the middle of priming: the first rounds end after a few simulated seconds.
    for (const [round, livesMs] of [3_000, 20_000, 3 * minuteMs, 6 * minuteMs, 8 * minuteMs].entries()) {
      const child = await killed.start(made, 1 + (round % 2));
      const startedAt = simulator.now();
      await vi.waitFor(() => expect(simulator.now() - startedAt).toBeGreaterThan(livesMs), {
        timeout: 20_000,
        interval: 5,
      });
      await killed.kill(child);
    }
    const reopened = await openLog({ directory });
    try {
      const contents = await contentsOf(reopened);
      expectLedger(contents, simulator);
      expect(contents.candles.size).toBe(8);
      expect(liveMinutes(contents, primeMinutes)).toBeGreaterThan(6);
    } finally {
      await reopened.close();
    }
  }, 90_000);
});
