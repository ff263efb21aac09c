/** Exchange to log: every closed candle, in order, once. */
import { ScreenerError } from '@screener/errors';
import { type Exchange, primingSeries, realTimers, type Timers } from '@screener/exchanges';
import type { IntervalName } from '@screener/market';
import type { App, AppContext, RunningApp, Settings } from '@screener/service';
import { Collector } from './collector.ts';
import { countStreams } from './count-streams.ts';
import { ExchangeFeed } from './exchange-feed.ts';
import { Figures } from './figures.ts';
import { type InstrumentFilter, symbolsUnknown } from './instrument-filter.ts';
import { LiveSender } from './live-sender.ts';
import { type Pace, realPace, repeat } from './pace.ts';
import { PartitionCollection } from './partition-collection.ts';
import { PrimingProgress } from './priming-progress.ts';
import { reportOf } from './report.ts';

export interface CollectorOptions {
  /** They live longer than the app: their ledgers of weight must survive a restart. Closed by whoever made them. */
  readonly exchanges: readonly Exchange[];
  /** True when they are our simulator. */
  readonly simulated: boolean;
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
  readonly pace?: Partial<Pace>;
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
  const { exchanges, simulated, timers = realTimers, random = Math.random } = options;
  const pace = { ...realPace, ...options.pace };
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
        ...{ exchange, filter, logger, now, random, pace, figures, ...priming },
        problem: (problem, source, instrument) => collector.problem(problem, source, instrument),
        writeLive: (records) => live.send(records),
      }),
  );
  const collector = new Collector({ feeds, figures, logger, now, partitions });
  const close = async (): Promise<void> => {
    await Promise.all(feeds.map((feed) => feed.close()));
    await live.close();
  };
  try {
    await openFeeds(feeds, filter, context);
  } catch (cause) {
    await close();
    throw cause;
  }
  const member = await log.source({
    group: collectorGroup,
    input: instrumentsTopic,
    task: (partition) =>
      new PartitionCollection(partition, {
        ...{ log, logger, partitions, feeds, figures, simulated, ...priming },
        markerWaitMs: options.markerWaitMs ?? markerWaitMsDefault,
        markerGraceMs: pace.handledMs / 2,
        time: collector.time,
        now,
        opened: collector.opened,
        closed: collector.closed,
      }),
  });

  const progress = new PrimingProgress(priming, logger, now);
  const count = countStreams(feeds, figures);
  const report = (): void => {
    count();
    for (const feed of feeds) progress.look(feed);
    const situation = { feeds, figures, partitions: collector.owned.size, intervals: priming.intervals, now: now() };
    const { status, text, numbers } = reportOf(situation);
    context.report(status, collector.owned.size === 0 ? 'waiting for partitions' : text, numbers);
  };
  let refreshing = false;
  const refresh = (): void => {
    if (refreshing) return;
    refreshing = true;
    void collector.refresh().finally(() => {
      refreshing = false;
    });
  };
  const stops = [
    repeat(timers, pace.tickMs, () => collector.tick()),
    repeat(timers, pace.reportMs, report),
    repeat(timers, refreshEveryMs, refresh),
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

/** One exchange that does not answer is asked again later; where none does, or nothing is asked for, nobody can start. */
async function openFeeds(
  feeds: readonly ExchangeFeed[],
  filter: InstrumentFilter,
  { logger }: AppContext,
): Promise<void> {
  const results = await Promise.allSettled(feeds.map((feed) => feed.refresh()));
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  for (const cause of failures) {
    if (failures.length === feeds.length) throw cause;
    logger.warn('an exchange does not answer: the others go on without it', { cause });
  }
  const listed = feeds.flatMap(({ catalogue }) => catalogue.listed);
  for (const symbol of symbolsUnknown(listed, filter.symbols ?? [])) logger.warn(`nobody lists ${symbol}`);
  const chosen = feeds.flatMap(({ catalogue }) => [...catalogue.chosen.values()]);
  if (failures.length > 0 || chosen.some(({ phase }) => phase === 'trading')) return;
  const { symbols, quotes, kinds } = filter;
  throw new ScreenerError('INSTRUMENTS_NONE', {
    exchange: feeds.map(({ name }) => name).join(', '),
    found: `${listed.length} others`,
    expected:
      symbols === undefined ? `trading ${quotes.join(' or ')} ${kinds.join(' or ')}` : symbols.slice(0, 5).join(', '),
  });
}
