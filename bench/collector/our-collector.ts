/** The collector as the product runs it, and where one can listen at its two ends. */
import { createCollector } from '@screener/collector';
import { createBinanceUsdm, type Exchange, type KlineUpdate, realTimers, type Timers } from '@screener/exchanges';
import { type Log, type NewRecord, openLog, readTopology, type Topology } from '@screener/log';
import { createLogger, createMetrics, readSettings } from '@screener/service';
import { clockOf, type ExchangePlace } from './frame-side.ts';

export interface CollectorPlace {
  readonly exchange: ExchangePlace;
  readonly directory: string;
  /** None: embedded. */
  readonly brokers?: readonly string[];
  /** By which clock it works. A simulated one makes all its waits as much shorter. Default: wall. */
  readonly clock?: 'wall' | 'simulated';
  /** What is fetched at first sight. Default: what the product fetches. */
  readonly priming?: { readonly primeMinutes: number; readonly primeBars: number; readonly intervals: readonly [] };
}

export interface CollectorEars {
  readonly kline?: (update: KlineUpdate) => void;
  /** They are durable. */
  readonly durable?: (records: readonly NewRecord[]) => void;
  readonly report?: (numbers: Readonly<Record<string, number>>) => void;
}

export interface OurCollector {
  readonly log: Log;
  close(): Promise<void>;
}

const topology = new URL('../../topology/topics.yaml', import.meta.url);

/** What it reads and writes. */
export const collectorTopics = (): Topology =>
  readTopology(topology.pathname).filter(
    ({ name, writers }) => writers.includes('collector') || name === 'dead-letters',
  );

/** Waits of the wall clock, however fast simulated time runs: what a busy machine may take. */
const patience = { requestMs: 10_000, silentMs: 5_000, waitMs: 250 };
const realPace = { tickMs: 5, handledMs: 100, reportMs: 100 };

export async function startOurCollector(place: CollectorPlace, ears: CollectorEars): Promise<OurCollector> {
  const { exchange: at, directory, brokers, priming } = place;
  const notify = (text: string): void => void process.stderr.write(`  log: ${text}\n`);
  const log = await openLog({ directory, ...(brokers && { brokers }), notify });
  if (brokers === undefined) await log.ensureTopics(collectorTopics());
  const clock = place.clock === 'simulated' ? simulatedClock(at) : wallClock;
  const { restBase, wsBase } = at;
  const exchange = createBinanceUsdm({ restBase, wsBase, random: Math.random, ...clock.exchange });
  const logger = createLogger({
    ...{ level: 'warn', name: 'collector', json: false, now: clock.exchange.now },
    write: (line) => process.stderr.write(`  ${line}\n`),
  });
  const app = createCollector({
    ...{ exchanges: [heard(exchange, ears)], simulated: true, filter: { symbols: at.symbols } },
    ...clock.collector,
    ...priming,
  });
  const running = await app.start({
    log: written(log, ears),
    ...{ logger, settings: readSettings({}), metrics: createMetrics(), instance: 'bench' },
    now: clock.exchange.now,
    report: (_status, _text, numbers = {}) => ears.report?.(numbers),
  });
  running.failed.catch((cause: unknown) => process.stderr.write(`  the collector ended: ${cause}\n`));
  return {
    log,
    async close() {
      await running.stop();
      await exchange.close();
      await log.close();
    },
  };
}

const wallClock = { exchange: { now: Date.now, timers: realTimers }, collector: {} } as const;

function simulatedClock(place: ExchangePlace) {
  const now = clockOf(place);
  const { speed } = place;
  const timers: Timers = { after: (ms, call) => realTimers.after(ms / speed, call) };
  const { tickMs, handledMs, reportMs } = realPace;
  const pace = { tickMs: tickMs * speed, handledMs: handledMs * speed, reportMs: reportMs * speed };
  const { silentMs, requestMs, waitMs } = patience;
  const patient: Timers = {
    after: (ms, call) => realTimers.after(Math.max(ms / speed, Math.min(ms, waitMs)), call),
  };
  const exchange = { now, timers: patient, silentAfterMs: silentMs * speed, requestTimeoutMs: requestMs * speed };
  return { exchange, collector: { timers, pace } };
}

/** The same exchange; every candle is noted on its way. */
const heard = (exchange: Exchange, { kline: note = () => {} }: CollectorEars): Exchange => ({
  ...exchange,
  streamKlines: (symbols, listener) =>
    exchange.streamKlines(symbols, {
      ...listener,
      kline(update) {
        note(update);
        listener.kline(update);
      },
    }),
});

/** The same log; what a source has written is noted when it is durable. */
function written(log: Log, { durable: note }: CollectorEars): Log {
  if (note === undefined) return log;
  const source: Log['source'] = ({ task, ...definition }) =>
    log.source({
      ...definition,
      task(partition) {
        const inner = task(partition);
        return {
          start: (writer) =>
            inner.start({
              async append(records) {
                await writer.append(records);
                note(records);
              },
            }),
          close: () => inner.close(),
        };
      },
    });
  return new Proxy(log, {
    get(target, name) {
      if (name === 'source') return source;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
