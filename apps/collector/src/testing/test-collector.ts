/** A collector between a log and exchanges, by the clock of a simulated one. */
import { createBinanceUsdm, type Exchange, type ExchangeOptions } from '@screener/exchanges';
import type { Log } from '@screener/log';
import { createLogger, createMetrics, type MetricsRegistry, type RunningApp, readSettings } from '@screener/service';
import { type CollectorOptions, createCollector } from '../collector-app.ts';
import type { AcceleratedClock } from './accelerated-clock.ts';

export interface Reported {
  status: string;
  text: string;
  numbers: Readonly<Record<string, number>>;
}

export interface TestCollectorOptions extends Omit<CollectorOptions, 'exchanges' | 'simulated' | 'timers' | 'pace'> {
  readonly log: Log;
  readonly exchanges: readonly Exchange[];
  readonly clock: AcceleratedClock;
  readonly metrics?: MetricsRegistry;
  readonly report?: (reported: Reported) => void;
  /** Lines of its log. */
  readonly said?: (line: string) => void;
}

export const primeMinutes = 40;
export const primeBars = 20;

/** Fewer candles and bars than people get, otherwise as the product does it. */
export function startTestCollector(options: TestCollectorOptions): Promise<RunningApp> {
  const { log, clock, report = () => {}, metrics = createMetrics(), said, ...rest } = options;
  const { now, timers, pace } = clock;
  const fewer = { primeMinutes, primeBars, intervals: ['5m', '1h'] as const };
  return createCollector({ ...fewer, ...rest, simulated: true, timers, pace }).start({
    log,
    logger: createLogger({
      level: said === undefined ? 'silent' : 'debug',
      name: 'collector',
      json: false,
      write: (line) => said?.(line),
      now,
    }),
    settings: readSettings({}),
    metrics,
    instance: 'test',
    now,
    report: (status, text, numbers) => report({ status, text, numbers: numbers ?? {} }),
  });
}

/** By the wall clock: what a busy machine may take. */
const patience = { requestMs: 2_000, silentMs: 1_000 };

export const testExchange = (
  addresses: { readonly restBase: string; readonly wsBase: string },
  { now, timers, speed }: AcceleratedClock,
  options: Partial<ExchangeOptions> = {},
  create: (options: ExchangeOptions) => Exchange = createBinanceUsdm,
): Exchange =>
  create({
    restBase: addresses.restBase,
    wsBase: addresses.wsBase,
    now,
    timers,
    random: () => 0.5,
    silentAfterMs: patience.silentMs * speed,
    requestTimeoutMs: patience.requestMs * speed,
    ...options,
  });
