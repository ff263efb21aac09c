/** No stream serves: REST stands in, closed candles and those in progress, until one does again. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { followLive } from './testing/live-follower.ts';
import { contentsOf, expectLedger } from './testing/log-contents.ts';
import { createWorlds } from './testing/world.ts';

const minuteMs = 60_000;
const { world, cleanUp } = createWorlds();
afterEach(cleanUp);
const waiting = { timeout: 25_000, interval: 50 };

describe('instruments that no stream serves', () => {
  it('are fetched over REST, within a share of the limit, until a stream is back', async () => {
    const { log, simulator, collect, reports, reported, exchange } = await world(60, 6);
    const collector = await collect();
    await vi.waitFor(() => expect(reports.get('primedShare')).toBe(1), waiting);
    simulator.faults.inject({ kind: 'refused-connections', durationMs: 8 * minuteMs });
    simulator.faults.inject({ kind: 'connection-cut' });
    await vi.waitFor(() => expect(reports.get('unserved')).toBe(6), waiting);
    expect(reported.text).toContain('6 without a stream, fetched instead');
    const live = followLive(log);
    const from = simulator.now();
    await vi.waitFor(() => expect(simulator.now() - from).toBeGreaterThan(5 * minuteMs), waiting);
    expect(reports.get('unserved')).toBe(6);
    const to = simulator.now();
    const { weightUsed, weightLimit } = exchange.restState();
    expect(weightUsed).toBeLessThan(weightLimit / 2);
    await vi.waitFor(() => expect(reports.get('unserved')).toBe(0), waiting);
    await vi.waitFor(() => expect(reports.get('missing')).toBe(0), waiting);
    await collector.stop();
    const contents = await contentsOf(log);
    expectLedger(contents, simulator);
    for (const events of contents.candles.values()) {
      const meanwhile = events.filter(({ openTime }) => openTime > from && openTime < to - 2 * minuteMs);
      expect(meanwhile.length).toBeGreaterThan(1);
      expect(new Set(meanwhile.map(({ source }) => source))).not.toContain('stream');
    }
    await live.close();
    const meanwhile = live.seen.filter(({ eventTime }) => eventTime > from && eventTime < to);
    const byInstrument = Object.values(Object.groupBy(meanwhile, ({ instrument }) => instrument));
    expect(byInstrument).toHaveLength(6);
    for (const candles of byInstrument) expect(candles?.length).toBeGreaterThan(10);
  }, 60_000);

  it('are no trouble where nobody trades them, even alone on a connection', async () => {
    const { collect, reports, reported, simulator } = await world(60, 60, { exchange: { streamsPerConnectionMax: 4 } });
    const traded = ['ADAUSDT', 'AVAXUSDT', 'BNBUSDT', 'BTCUSDT'];
    const collector = await collect({ symbols: [...traded, 'COIN60USDT'], intervals: [] });
    await vi.waitFor(() => expect(reports.get('unserved')).toBe(1), waiting);
    const from = simulator.now();
    expect(simulator.ledger.hasCandle('COIN60USDT', Math.floor(from / minuteMs) * minuteMs - minuteMs)).toBe(false);
    await vi.waitFor(() => {
      expect(simulator.now() - from).toBeGreaterThan(4 * minuteMs);
      expect(reports.get('unserved')).toBe(1);
      expect(reported).toMatchObject({ status: 'running', text: expect.not.stringContaining('without a stream') });
    }, waiting);
    await collector.stop();
  }, 60_000);
});
