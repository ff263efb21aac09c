/** What operators and readers of the log see besides closed candles: bad frames, figures, bans, prices in between. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeAs } from '@screener/events';
import { createBinanceSpot } from '@screener/exchanges';
import { createMetrics } from '@screener/service';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openBanMemory } from './ban-memory.ts';
import { followLive } from './testing/live-follower.ts';
import { contentsOf, expectLedger } from './testing/log-contents.ts';
import { createWorlds } from './testing/world.ts';

const minuteMs = 60_000;
const { world, cleanUp } = createWorlds();
const directories: string[] = [];
afterEach(async () => {
  await cleanUp();
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});
const waiting = { timeout: 25_000, interval: 50 };

describe('what a collector shows', () => {
  it('keeps bad frames as they came, counts them by reason, and writes no wrong candle', async () => {
    const { log, simulator, collect, reports, reported } = await world(60, 5);
    const metrics = createMetrics();
    const collector = await collect({ metrics });
    await vi.waitFor(() => expect(reports.get('primedShare')).toBe(1), waiting);
    simulator.faults.inject({ kind: 'malformed-frames', symbols: ['BTCUSDT'], durationMs: 3 * minuteMs });
    simulator.faults.inject({ kind: 'absurd-numbers', symbols: ['ETHUSDT'], durationMs: 3 * minuteMs });
    await vi.waitFor(() => {
      expect(simulator.faults.counts()['malformed-frames'].effects).toBeGreaterThan(4);
      expect(simulator.faults.counts()['absurd-numbers'].effects).toBeGreaterThan(4);
    }, waiting);
    const after = simulator.now() + 3 * minuteMs;
    await vi.waitFor(() => expect(simulator.now()).toBeGreaterThan(after), waiting);
    await vi.waitFor(() => expect(reports.get('missing')).toBe(0), waiting);
    await collector.stop();
    expectLedger(await contentsOf(log), simulator);

    const letters = [];
    for await (const batch of log.reader({ topic: 'dead-letters', from: 'beginning', until: 'end' })) {
      for (const { value } of batch) letters.push(decodeAs('DeadLetter', value ?? new Uint8Array()));
    }
    const absurd = letters.find(({ headers }) => headers.reason === 'absurd-numbers');
    expect(absurd).toMatchObject({ group: 'collector', topic: 'binance:usdm', key: 'binance:usdm:ETHUSDT' });
    expect(Buffer.from(absurd?.value ?? []).toString()).toContain('"s":"ETHUSDT"');
    expect(letters.map(({ headers }) => headers.reason)).toContain('not-json');
    expect(reports.get('deadLetters')).toBe(letters.length);

    const families = new Map(metrics.read().map((family) => [family.name, family]));
    const total = (name: string, labels: object = {}): number =>
      families
        .get(name)
        ?.samples()
        .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
        .reduce((sum, { value }) => sum + value, 0) ?? Number.NaN;
    // A connection that breaks, as one does on a busy machine, brings no frame.
    const withFrame = (reports.get('problems') ?? 0) - total('data_collector_errors_total', { reason: 'connection' });
    // `/health` has them, too.
    const { errorsNotJson, errorsAbsurdNumbers } = reported.numbers;
    expect(errorsNotJson).toBe(total('data_collector_errors_total', { reason: 'not-json' }));
    expect(errorsAbsurdNumbers).toBe(total('data_collector_errors_total', { reason: 'absurd-numbers' }));
    expect(letters.length + (reports.get('deadLettersLeftOut') ?? 0)).toBe(withFrame);
    expect(total('data_collector_messages_received_total')).toBeGreaterThan(20);
    expect(total('data_collector_messages_published_total', { topic: 'klines.closed' })).toBeGreaterThan(200);
    expect(total('data_collector_websocket_connections')).toBeGreaterThanOrEqual(0);
    expect(total('data_collector_errors_total', { reason: 'absurd-numbers' })).toBeGreaterThan(3);
    expect(total('data_collector_errors_total', { reason: 'not-json' })).toBeGreaterThan(0);
    expect(total('data_collector_repairs_total', { kind: 'repaired' })).toBeGreaterThan(0);
    expect(total('data_collector_rest_weight_used')).toBeGreaterThanOrEqual(0);
    expect(families.get('data_collector_lag_seconds')?.samples().length).toBeGreaterThan(3);
    expect(total('data_collector_rest_weight_limit')).toBeGreaterThan(1_000);
    expect(total('data_collector_rest_banned_until_seconds')).toBe(0);
    expect(total('data_collector_dead_letters_total', { kept: 'yes' })).toBe(letters.length);
    expect(total('data_collector_dead_letters_total', { kept: 'no' })).toBe(reports.get('deadLettersLeftOut'));
    for (const now of ['missing', 'unserved', 'circuits_open']) {
      expect(total(`data_collector_${now}`), now).toBeGreaterThanOrEqual(0);
    }
    // By the names that were promised.
    const promised = ['messages_received_total', 'messages_published_total', 'websocket_connections', 'errors_total'];
    const more = ['lag_seconds', 'repairs_total', 'reconnections_total', 'rest_weight_used'];
    expect([...families.keys()]).toEqual(
      expect.arrayContaining([...promised, ...more].map((name) => `data_collector_${name}`)),
    );
  }, 60_000);

  it('sends nothing during a ban, not even after a restart, and goes on after it', async () => {
    const made = await world(60, 4);
    const { log, simulator, reports, reported } = made;
    const directory = mkdtempSync(join(tmpdir(), 'bans-'));
    directories.push(directory);
    const withMemory = () => made.anotherExchange({ bans: openBanMemory(directory, { warn: () => {} }) });
    const first = await made.collect({ exchanges: [withMemory()] });
    await vi.waitFor(() => expect(reports.get('primed')).toBe(4), waiting);
    await vi.waitFor(() => expect(reports.get('primedShare')).toBe(1), waiting);
    simulator.faults.inject({ kind: 'rate-limit', retryAfterSeconds: 240 });
    await vi.waitFor(() => expect(reports.get('bannedMs')).toBeGreaterThan(0), waiting);
    expect(reported.text).toMatch(/no request for \d+ s as the exchange asks/);
    await first.stop();
    const effects = simulator.faults.counts()['rate-limit'].effects;
    // It cannot even start before the ban is over, and tries again as the supervisor lets it.
    let refusals = 0;
    const second = await vi.waitFor(async () => {
      try {
        return await made.collect({ exchanges: [withMemory()] });
      } catch (cause) {
        expect(cause).toMatchObject({ code: 'EXCHANGE_BANNED', retryable: true });
        refusals++;
        throw cause;
      }
    }, waiting);
    expect(refusals).toBeGreaterThan(0);
    expect(simulator.faults.counts()['rate-limit'].effects, 'requests that met the ban').toBe(effects);
    // Each partition goes on: what passed meanwhile, and a minute after it.
    await vi.waitFor(async () => expect((await contentsOf(log)).markers.size).toBe(12), waiting);
    await vi.waitFor(() => expect(reported.numbers).toMatchObject({ primed: 4, missing: 0 }), waiting);
    await second.stop();
    expectLedger(await contentsOf(log), simulator);
  }, 60_000);

  it('moves candles in progress by prices where candles come more slowly', async () => {
    const made = await world(20, 4, { dialect: 'spot', create: createBinanceSpot, frameEveryMs: 60_000 });
    const { log, simulator, reports } = made;
    const collector = await made.collect();
    await vi.waitFor(() => expect(reports.get('primed')).toBe(4), waiting);
    const live = followLive(log);
    const until = simulator.now() + 3 * minuteMs;
    await vi.waitFor(() => expect(simulator.now()).toBeGreaterThan(until), waiting);
    await live.close();
    await collector.stop();
    expectLedger(await contentsOf(log), simulator);
    const own = live.seen.filter(({ instrument }) => instrument === 'binance:spot:BTCUSDT');
    expect(own.length).toBeGreaterThan(5);
    // Between two candles only the price moves.
    const moved = own.filter((candle, index) => {
      const before = own[index - 1];
      return before?.openTime === candle.openTime && before.close !== candle.close && before.volume === candle.volume;
    });
    expect(moved.length).toBeGreaterThan(1);
  }, 60_000);
});
