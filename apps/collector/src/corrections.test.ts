/** REST is compared with what was written: a difference becomes a correction, found also after a restart. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { contentsOf, expectLedger } from './testing/log-contents.ts';
import { createWorlds, primeMinutes } from './testing/world.ts';

const minuteMs = 60_000;
const { world, cleanUp } = createWorlds();
afterEach(cleanUp);
const waiting = { timeout: 25_000, interval: 100 };

describe('corrections', () => {
  it('put right what the stream said otherwise than REST, and what the exchange changed afterwards', async () => {
    const { log, simulator, collect, reports } = await world(200, 4);
    const first = await collect();
    await vi.waitFor(() => expect(reports.get('primed')).toBe(4), waiting);
    simulator.faults.inject({ kind: 'wrong-final', symbols: ['ETHUSDT'], durationMs: 10 * minuteMs });
    await vi.waitFor(() => expect(simulator.faults.counts()['wrong-final'].effects).toBeGreaterThan(1), waiting);
    // Older than the collector's next life: that one reads in the log what it has to compare.
    simulator.faults.inject({ kind: 'corrected-bar', symbols: ['BTCUSDT'], minutesBack: 2 });
    simulator.faults.inject({ kind: 'corrected-bar', symbols: ['BTCUSDT'], minutesBack: primeMinutes - 10 });
    await first.stop();
    const second = await collect();
    const begin = simulator.now();
    await vi.waitFor(() => expect(simulator.now() - begin).toBeGreaterThan(20 * minuteMs), waiting);
    await second.stop();
    const contents = await contentsOf(log);
    expect(contents.corrections).toBeGreaterThan(1);
    expectLedger(contents, simulator);
  }, 60_000);

  it('are found in all of the last day, also where they were made while nobody was there', async () => {
    const { log, simulator, collect, reports } = await world(200, 2);
    const first = await collect({ primeMinutes: 700 });
    await vi.waitFor(() => expect(reports.get('primed')).toBe(2), waiting);
    await first.stop();
    for (const minutesBack of [300, 600]) {
      simulator.faults.inject({ kind: 'corrected-bar', symbols: ['BTCUSDT'], minutesBack });
    }
    const second = await collect();
    await vi.waitFor(() => expect(reports.get('corrected')).toBe(2), waiting);
    await second.stop();
    const contents = await contentsOf(log);
    expect(contents.corrections).toBe(2);
    expectLedger(contents, simulator);
  }, 60_000);
});
