/** Exchange to log: every closed candle, in order, once. */
import { type Exchange, type MarketCaps, primingSeries, realTimers, type Timers } from '@screener/exchanges';
import type { Member } from '@screener/log';
import type { IntervalName } from '@screener/market';
import type { App, AppContext, RunningApp, Settings } from '@screener/service';
import { Collector } from './collector.ts';
import { countStreams } from './count-streams.ts';
import { ExchangeFeed } from './exchange-feed.ts';
import { Figures } from './figures.ts';
import type { InstrumentFilter } from './instrument-filter.ts';
import { LiveSender } from './live-sender.ts';
import { openFeeds } from './open-feeds.ts';
import { type Pace, realPace, repeat } from './pace.ts';
import { PartitionCollection } from './partition-collection.ts';
import { PrimingProgress } from './priming-progress.ts';
import { reportOf } from './report.ts';

export interface CollectorOptions {
  /** They live longer than the app: their ledgers of weight must survive a restart. Closed by whoever made them. */
  readonly exchanges: readonly Exchange[];
  /** True when they are our simulator. */
  readonly simulated: boolean;
  /** Closed by whoever made them. */
  readonly marketCaps?: Pick<MarketCaps, 'of' | 'refresh'> | undefined;
  /** What differs from the settings. */
  readonly filter?: Partial<InstrumentFilter>;
  /** Closed minutes fetched at first sight of an instrument. */
  readonly primeMinutes?: number;
  /** Closed bars of each interval fetched at first sight. */
  readonly primeBars?: number;
  readonly intervals?: readonly IntervalName[];
  /** How long after the end of a minute its marker waits for candles, in exchange time. */
  readonly markerWaitMs?: number;
  readonly random?: () => number;
  /** Waits by the same clock as `AppContext.now`. */
  readonly timers?: Timers;
  /** Asked again and again: it may change with how fast a simulation runs. */
  readonly pace?: Pace;
}

export const collectorGroup = 'collector';
const instrumentsTopic = 'instruments';
/** A new listing is there within the minute, with time to spare. */
const refreshEveryMs = 30_000;
const markerWaitMsDefault = 5_000;

const primedByDefault = primingSeries.filter(({ interval }) => interval !== '1m');
const minutesByDefault = primingSeries.find(({ interval }) => interval === '1m')?.bars ?? 1_500;

export function createCollector(options: CollectorOptions): App {
  return { name: 'collector', start: (context) => startCollector(options, context) };
}

async function startCollector(options: CollectorOptions, context: AppContext): Promise<RunningApp> {
  const { log, logger, now, metrics } = context;
  const { exchanges, marketCaps, simulated, timers = realTimers, random = Math.random, pace = realPace } = options;
  const filter = { ...filterOf(context.settings), ...options.filter };
  const figures = new Figures(now, metrics);
  const priming = {
    primeMinutes: options.primeMinutes ?? minutesByDefault,
    primeBars: options.primeBars ?? primedByDefault[0]?.bars ?? 0,
    intervals: options.intervals ?? primedByDefault.map(({ interval }) => interval),
  };
  const live = new LiveSender({
    writer: log.writer(),
    written: (count) => figures.published('klines.live', count),
    failed: (cause) => logger.warn('candles in progress cannot be written for the moment', { cause }),
  });
  const partitions = (await log.offsets(instrumentsTopic)).length;
  const feeds = exchanges.map(
    (exchange): ExchangeFeed =>
      new ExchangeFeed({
        ...{ exchange, filter, marketCaps, logger, now, random, pace, figures, ...priming },
        problem: (problem, source, instrument) => collector.problem(problem, source, instrument),
        writeLive: (records) => live.send(records),
      }),
  );
  const collector = new Collector({ feeds, figures, logger, log, now, partitions });
  const close = async (): Promise<void> => {
    await Promise.all(feeds.map((feed) => feed.close()));
    await live.close();
  };
  const task = (partition: number): PartitionCollection =>
    new PartitionCollection(partition, {
      ...{ log, logger, partitions, feeds, figures, simulated, ...priming, now, pace },
      markerWaitMs: options.markerWaitMs ?? markerWaitMsDefault,
      time: collector.time,
      opened: collector.opened,
      closed: collector.closed,
    });
  let member: Member;
  try {
    await openFeeds({ feeds, collector, filter, logger, timers });
    member = await log.source({ group: collectorGroup, input: instrumentsTopic, task });
  } catch (cause) {
    await close();
    throw cause;
  }

  const progress = new PrimingProgress(priming, logger, now);
  const count = countStreams(feeds, figures);
  const report = (): void => {
    count();
    for (const feed of feeds) progress.look(feed);
    const situation = { feeds, figures, partitions: collector.owned.size, intervals: priming.intervals, now: now() };
    const { status, text, numbers } = reportOf(situation);
    context.report(status, collector.owned.size === 0 ? 'waiting for partitions' : text, numbers);
  };
  const stops = [
    repeat(timers, pace.tickMs, () => collector.tick()),
    repeat(timers, pace.reportMs, report),
    repeat(timers, refreshEveryMs, () => void collector.refresh()),
    metrics.beforeRead(count),
  ];

  return {
    failed: member.failed,
    async stop() {
      for (const stop of stops) stop();
      await member.close();
      await close();
    },
  };
}

const filterOf = (settings: Settings): InstrumentFilter => ({
  quotes: settings.QUOTES,
  kinds: settings.INSTRUMENT_KINDS,
  statuses: settings.INSTRUMENT_STATUSES,
  symbols: settings.SYMBOLS,
  symbolsDenied: settings.SYMBOLS_DENIED,
  topByVolume: settings.TOP_BY_VOLUME,
});
