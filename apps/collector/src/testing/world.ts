/** An embedded log, a simulated exchange and collectors between them, cleaned up after each test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBinanceUsdm, type Exchange } from '@screener/exchanges';
import { type Log, openLog, readTopology } from '@screener/log';
import { createLogger, createMetrics, type RunningApp, readSettings } from '@screener/service';
import { type Simulator, startSimulator } from '@screener/simulator';
import { createCollector } from '../collector-app.ts';

export const primeMinutes = 40;
export const topologyFile = join(import.meta.dirname, '../../../../topology/topics.yaml');

export interface CollectOptions {
  readonly symbols?: readonly string[];
  /** How long markers wait for candles, in exchange time. */
  readonly markerWaitMs?: number;
  /** Comes between the collector and the exchange. */
  readonly through?: (exchange: Exchange) => Exchange;
}

export interface World {
  readonly directory: string;
  readonly log: Log;
  readonly simulator: Simulator;
  /** Newest figure by name. */
  readonly reports: ReadonlyMap<string, number>;
  collect(options?: CollectOptions): Promise<RunningApp>;
}

export interface Collecting {
  readonly log: Log;
  readonly exchange: Exchange;
  readonly symbols: readonly string[] | undefined;
  readonly markerWaitMs?: number | undefined;
  readonly report: (figures: Readonly<Record<string, number>>) => void;
}

export function startTestCollector({ log, exchange, symbols, markerWaitMs, report }: Collecting): Promise<RunningApp> {
  return createCollector({
    exchanges: [exchange],
    simulated: true,
    primeMinutes,
    primeBars: 20,
    intervals: ['5m', '1h'],
    ...(symbols !== undefined && { filter: { symbols } }),
    ...(markerWaitMs !== undefined && { markerWaitMs }),
  }).start({
    log,
    logger: createLogger({ level: 'silent', name: 'collector', json: false, write: () => {}, now: Date.now }),
    settings: readSettings({}),
    metrics: createMetrics(),
    instance: 'test',
    now: Date.now,
    report: (_status, _text, numbers) => report(numbers ?? {}),
  });
}

export const testExchange = (restBase: string, wsBase: string): Exchange =>
  createBinanceUsdm({ restBase, wsBase, now: Date.now, random: () => 0.01, silentAfterMs: 2_000 });

export function createWorlds() {
  const cleanups: (() => unknown)[] = [];

  async function world(speed: number, instruments = 12): Promise<World> {
    const directory = mkdtempSync(join(tmpdir(), 'collector-'));
    cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
    const log = await openLog({ directory });
    cleanups.push(() => log.close());
    await log.ensureTopics(readTopology(topologyFile));
    const common = { port: 0, host: '127.0.0.1', seed: 5, now: Date.now, notify: () => {} };
    const simulator = await startSimulator({ ...common, instruments, speed });
    cleanups.push(() => simulator.stop());
    const exchange = testExchange(simulator.restBase, simulator.wsBase);
    cleanups.push(() => exchange.close());
    const reports = new Map<string, number>();
    const report = (figures: Readonly<Record<string, number>>): void => {
      for (const [name, value] of Object.entries(figures)) reports.set(name, value);
    };
    const collect = async ({ symbols, markerWaitMs, through }: CollectOptions = {}): Promise<RunningApp> => {
      const used = through?.(exchange) ?? exchange;
      const running = await startTestCollector({ log, exchange: used, symbols, markerWaitMs, report });
      let stopped: Promise<void> | undefined;
      const stop = (): Promise<void> => {
        stopped ??= running.stop();
        return stopped;
      };
      cleanups.push(stop);
      return { failed: running.failed, stop };
    };
    return { directory, log, simulator, reports, collect };
  }

  return {
    world,
    async cleanUp() {
      for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
    },
  };
}
