/** The collector on the embedded log against the simulated exchange: what ends up in the log is what the exchange says. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeEvent, type KlineClosed } from '@screener/events';
import { createBinanceUsdm } from '@screener/exchanges';
import { type Log, openLog, partitionOf, readTopology } from '@screener/log';
import { createLogger, type RunningApp, readSettings } from '@screener/service';
import { type Simulator, startSimulator } from '@screener/simulator';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createCollector } from './collector-app.ts';

const topologyFile = join(import.meta.dirname, '../../../topology/topics.yaml');
const minuteMs = 60_000;
const primeMinutes = 40;
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface World {
  readonly log: Log;
  readonly simulator: Simulator;
  readonly reports: Map<string, number>;
  collect(symbols?: readonly string[]): Promise<RunningApp>;
}

async function world(speed: number, instruments = 12): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), 'collector-'));
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
  const log = await openLog({ directory });
  cleanups.push(() => log.close());
  await log.ensureTopics(readTopology(topologyFile));
  const simulator = await startSimulator({
    port: 0,
    host: '127.0.0.1',
    seed: 5,
    instruments,
    speed,
    now: Date.now,
    notify: () => {},
  });
  cleanups.push(() => simulator.stop());
  const exchange = createBinanceUsdm({
    restBase: simulator.restBase,
    wsBase: simulator.wsBase,
    now: Date.now,
    random: () => 0.01,
    silentAfterMs: 2_000,
  });
  cleanups.push(() => exchange.close());
  const reports = new Map<string, number>();
  return {
    log,
    simulator,
    reports,
    async collect(symbols) {
      const running = await createCollector({ exchange, simulated: true, primeMinutes, symbols }).start({
        log,
        logger: createLogger({ level: 'silent', name: 'collector', json: false, write: () => {}, now: Date.now }),
        settings: readSettings({}),
        instance: 'test',
        now: Date.now,
        report: (_status, _text, numbers) => {
          for (const [name, value] of Object.entries(numbers ?? {})) reports.set(name, value);
        },
      });
      let stopped: Promise<void> | undefined;
      const once = { failed: running.failed, stop: () => (stopped ??= running.stop()) };
      cleanups.push(once.stop);
      return once;
    },
  };
}

interface Contents {
  readonly candles: ReadonlyMap<string, readonly KlineClosed[]>;
  /** Open times by partition, in the order of the log. */
  readonly markers: ReadonlyMap<number, readonly number[]>;
  /** Open times of minutes whose marker named somebody. */
  readonly missing: readonly number[];
  readonly gaps: number;
  /** Open times of candles that came after the marker of their minute. */
  readonly late: readonly number[];
}

async function contentsOf(log: Log): Promise<Contents> {
  const candles = new Map<string, KlineClosed[]>();
  const markers = new Map<number, number[]>();
  const [late, missing]: [number[], number[]] = [[], []];
  let gaps = 0;
  for await (const batch of log.reader({ topic: 'klines.closed', from: 'beginning', until: 'end' })) {
    for (const { key, value, partition, timestamp } of batch) {
      const { type, event } = decodeEvent(value ?? new Uint8Array());
      if (type === 'KlineClosed') {
        expect(key).toBe(event.instrument);
        expect(partition).toBe(partitionOf(event.instrument, 12));
        expect(timestamp).toBe(event.openTime + 59_999);
        if ((markers.get(partition)?.at(-1) ?? 0) >= event.openTime) late.push(event.openTime);
        candles.set(event.instrument, [...(candles.get(event.instrument) ?? []), event]);
      } else if (type === 'MinuteClosed') {
        if (event.missing.length > 0) missing.push(event.openTime);
        markers.set(partition, [...(markers.get(partition) ?? []), event.openTime]);
      } else if (type === 'KlineGap') gaps++;
    }
  }
  return { candles, markers, missing, gaps, late };
}

/** Minutes that every instrument has beyond its history. */
const live = ({ candles }: Contents): number =>
  candles.size === 0 ? 0 : Math.min(...[...candles.values()].map(({ length }) => length)) - primeMinutes;

function expectLedger({ candles, markers, gaps }: Contents, { ledger }: Simulator): void {
  expect(gaps).toBe(0);
  for (const [instrument, events] of candles) {
    const first = events[0]?.openTime ?? 0;
    const told = ledger.candles(instrument.split(':')[2] ?? '', first, first + (events.length - 1) * minuteMs);
    expect(events.map(({ instrument: _, source: __, ...candle }) => candle)).toEqual(told);
  }
  expect(markers.size).toBe(12);
  for (const openTimes of markers.values()) {
    expect(openTimes).toEqual(openTimes.map((_, index) => (openTimes[0] ?? 0) + index * minuteMs));
  }
}

describe('the collector', () => {
  it('writes what the exchange says: history, then every minute once and in order, markers after it', async () => {
    const { log, simulator, collect, reports } = await world(240);
    const collector = await collect();
    await vi.waitFor(async () => expect(live(await contentsOf(log))).toBeGreaterThan(24), {
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
      const before = live(await contentsOf(log));
      const collector = await collect();
      const enough = before + 6;
      await vi.waitFor(async () => expect(live(await contentsOf(log))).toBeGreaterThan(enough), {
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
    const collector = await collect(['btcusdt', '币安人生USDT', 'NOSUCHUSDT']);
    await vi.waitFor(async () => expect((await contentsOf(log)).candles.size).toBe(2), { timeout: 10_000 });
    await collector.stop();
    expect([...(await contentsOf(log)).candles.keys()].sort()).toEqual([
      'binance:usdm:BTCUSDT',
      'binance:usdm:币安人生USDT',
    ]);
    await expect(collect(['NOSUCHUSDT'])).rejects.toMatchObject({ code: 'INSTRUMENTS_NONE' });
  }, 20_000);
});
