/** Clocks that are wrong, the exchange's own included: no minute ends early, and nothing goes on from a time to come. */

import { encodeEvent } from '@screener/events';
import type { Exchange, KlineUpdate } from '@screener/exchanges';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { contentsOf, expectLedger, expectMarkers } from './testing/log-contents.ts';
import { createWorlds, type World } from './testing/world.ts';

const minuteMs = 60_000;
const yearMs = 366 * 86_400_000;
const { world, cleanUp } = createWorlds();
afterEach(cleanUp);
const waiting = { timeout: 25_000, interval: 20 };
const passed = ({ simulator }: World, minutes: number): Promise<void> => {
  const until = simulator.now() + minutes * minuteMs;
  return vi.waitFor(() => expect(simulator.now()).toBeGreaterThan(until), waiting);
};

/** Says now and then that a candle of next year is closed. */
const fromNextYear = (exchange: Exchange, sent: KlineUpdate[]): Exchange => ({
  ...exchange,
  streamKlines: (symbols, listener) =>
    exchange.streamKlines(symbols, {
      ...listener,
      kline(update) {
        listener.kline(update);
        if (!update.closed || sent.length > 5) return;
        const { openTime } = update.candle;
        // One is dated as it should be, so that only the candle is of another year.
        const eventTime = update.eventTime + (sent.length % 2) * yearMs;
        const wrong = { ...update, eventTime, candle: { ...update.candle, openTime: openTime + yearMs } };
        sent.push(wrong);
        listener.kline(wrong);
      },
    }),
});

/** Tells another time than it has when it is asked for it. */
const tellingWrongly = (exchange: Exchange, aheadMs: () => number): Exchange => ({
  ...exchange,
  serverTime: async () => (await exchange.serverTime()) + aheadMs(),
});

describe('clocks that are wrong', () => {
  it('an exchange whose clock is half a minute ahead has no candle written before it is over', async () => {
    const made = await world(60, 6);
    const { log, simulator, reports } = made;
    const collector = await made.collect();
    await vi.waitFor(() => expect(reports.get('primed')).toBe(6), waiting);
    simulator.faults.inject({ kind: 'clock-skew', durationMs: 5 * minuteMs });
    simulator.faults.inject({ kind: 'missing-final', durationMs: 4 * minuteMs });
    await passed(made, 6);
    await vi.waitFor(() => expect(reports.get('missing')).toBe(0), waiting);
    await collector.stop();
    expect(simulator.faults.counts()['clock-skew'].effects).toBeGreaterThan(10);
    const contents = await contentsOf(log);
    expectLedger(contents, simulator);
    expect(contents.corrections).toBe(0);
  }, 60_000);

  it.each([
    ['while streams are heard', false],
    ['while no stream is', true],
  ])(
    'a time that is told wrongly closes no candle and ends no minute, %s',
    async (_, silent) => {
      const made = await world(60, 4);
      const { log, simulator, reports } = made;
      let aheadMs = 0;
      const collector = await made.collect({ through: (exchange) => tellingWrongly(exchange, () => aheadMs) });
      await vi.waitFor(() => expect(reports.get('primed')).toBe(4), waiting);
      if (silent) {
        simulator.faults.inject({ kind: 'refused-connections', durationMs: 6 * minuteMs });
        simulator.faults.inject({ kind: 'connection-cut' });
        await vi.waitFor(() => expect(reports.get('unserved')).toBe(4), waiting);
      }
      aheadMs = yearMs;
      await passed(made, 5);
      aheadMs = 0;
      await passed(made, 4);
      await vi.waitFor(() => expect(reports.get('missing')).toBe(0), waiting);
      await collector.stop();
      const contents = await contentsOf(log);
      expectLedger(contents, simulator);
      expect(contents.corrections).toBe(0);
      const newest = Math.max(...[...contents.markers.values()].flat());
      expect(newest).toBeLessThan(simulator.now());
      expect(newest).toBeGreaterThan(simulator.now() - 4 * minuteMs);
    },
    60_000,
  );

  it('a frame from next year is refused and kept, and ends nothing', async () => {
    const made = await world(60, 5);
    const { log, simulator, reports } = made;
    const sent: KlineUpdate[] = [];
    const collector = await made.collect({ through: (exchange) => fromNextYear(exchange, sent) });
    await vi.waitFor(() => expect(sent.length).toBeGreaterThan(5), waiting);
    await passed(made, 2);
    await vi.waitFor(() => expect(reports.get('missing')).toBe(0), waiting);
    await collector.stop();
    expect(reports.get('problems')).toBe(sent.length);
    expect(reports.get('deadLetters')).toBeGreaterThan(0);
    const contents = await contentsOf(log);
    expectLedger(contents, simulator);
    expect(Math.max(...[...contents.markers.values()].flat())).toBeLessThan(simulator.now());
  }, 60_000);

  it('a log that holds minutes of next year is gone on with as if they were not there', async () => {
    const made = await world(60, 3);
    const { log, simulator, reports } = made;
    const first = await made.collect();
    await vi.waitFor(() => expect(reports.get('primed')).toBe(3), waiting);
    await first.stop();
    const openTime = Math.floor((simulator.now() + yearMs) / minuteMs) * minuteMs;
    const timestamp = openTime + minuteMs - 1;
    await log.writer().append(
      Array.from({ length: 12 }, (_, partition) => ({
        ...{ topic: 'klines.closed', key: null, partition, timestamp },
        value: encodeEvent('MinuteClosed', { openTime, missing: [] }),
      })),
    );
    const said: string[] = [];
    const second = await made.collect({ said: (line) => said.push(line) });
    await passed(made, 4);
    await second.stop();
    expect(said.filter((line) => line.includes('minutes that are still to come'))).toHaveLength(12);
    const { markers } = await contentsOf(log);
    const told = new Map(
      [...markers].map(([partition, times]) => [partition, times.filter((time) => time < openTime)]),
    );
    expectMarkers({ markers: told });
    expect(Math.min(...[...told.values()].map((times) => times.at(-1) ?? 0))).toBeGreaterThan(
      simulator.now() - 4 * minuteMs,
    );
  }, 60_000);
});
