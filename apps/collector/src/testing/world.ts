/** An embedded log, a simulated exchange and collectors between them, cleaned up after each test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Exchange, ExchangeOptions } from '@screener/exchanges';
import { type Log, openLog, readTopology } from '@screener/log';
import type { RunningApp } from '@screener/service';
import { type Simulator, type SimulatorOptions, startSimulator } from '@screener/simulator';
import { type AcceleratedClock, acceleratedClock } from './accelerated-clock.ts';
import { type Reported, startTestCollector, type TestCollectorOptions, testExchange } from './test-collector.ts';

export { primeMinutes } from './test-collector.ts';
export const topologyFile = join(import.meta.dirname, '../../../../topology/topics.yaml');

export interface CollectOptions extends Partial<Omit<TestCollectorOptions, 'clock' | 'report'>> {
  readonly symbols?: readonly string[];
  /** Comes between the collector and the exchange. */
  readonly through?: (exchange: Exchange) => Exchange;
}

export interface World {
  readonly directory: string;
  readonly log: Log;
  readonly simulator: Simulator;
  readonly clock: AcceleratedClock;
  readonly exchange: Exchange;
  /** Newest figure by name. */
  readonly reports: ReadonlyMap<string, number>;
  readonly reported: Reported;
  collect(options?: CollectOptions): Promise<RunningApp>;
  /** Another exchange object at the same address, as another process has one. */
  anotherExchange(options?: Partial<ExchangeOptions>): Exchange;
}

export interface WorldOptions extends Partial<SimulatorOptions> {
  readonly exchange?: Partial<ExchangeOptions>;
  readonly create?: (options: ExchangeOptions) => Exchange;
}

export function createWorlds() {
  const cleanups: (() => unknown)[] = [];

  async function world(speed: number, instruments = 12, options: WorldOptions = {}): Promise<World> {
    const { exchange: exchangeOptions, create, ...simulatorOptions } = options;
    const directory = mkdtempSync(join(tmpdir(), 'collector-'));
    cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
    const log = await openLog({ directory });
    cleanups.push(() => log.close());
    await log.ensureTopics(readTopology(topologyFile));
    const common = { port: 0, host: '127.0.0.1', seed: 5, now: Date.now, notify: () => {} };
    const simulator = await startSimulator({
      ...common,
      instruments,
      speed,
      patience: 'simulated',
      // So that real time is not reached while a test runs.
      startAt: Date.now() - speed * 3_600_000,
      ...simulatorOptions,
    });
    cleanups.push(() => simulator.stop());
    const clock = acceleratedClock(() => simulator.now(), speed);
    const anotherExchange = (more: Partial<ExchangeOptions> = {}): Exchange => {
      const made = testExchange(simulator, clock, { ...exchangeOptions, ...more }, create);
      cleanups.push(() => made.close());
      return made;
    };
    const exchange = anotherExchange();
    const reports = new Map<string, number>();
    const reported: Reported = { status: '', text: '', numbers: {} };
    const report = (latest: Reported): void => {
      Object.assign(reported, latest);
      for (const [name, value] of Object.entries(latest.numbers)) reports.set(name, value);
    };
    const collect = async ({ symbols, through, filter, ...rest }: CollectOptions = {}): Promise<RunningApp> => {
      const running = await startTestCollector({
        log,
        clock,
        exchanges: [through?.(exchange) ?? exchange],
        filter: { ...filter, ...(symbols !== undefined && { symbols }) },
        ...rest,
        report,
      });
      let stopped: Promise<void> | undefined;
      const stop = (): Promise<void> => {
        stopped ??= running.stop();
        return stopped;
      };
      cleanups.push(stop);
      return { failed: running.failed, stop };
    };
    return { directory, log, simulator, clock, exchange, reports, reported, collect, anotherExchange };
  }

  return {
    world,
    async cleanUp() {
      for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
    },
  };
}
