/** Exchange to log: every closed candle, in order, once. */
import { type Exchange, primingCost } from '@screener/exchanges';
import { type NewRecord, partitionOf } from '@screener/log';
import { formatInstrument, MINUTE_MS } from '@screener/market';
import { type App, type AppContext, type RunningApp, tracedWriter } from '@screener/service';
import type { Tracked } from './catch-up.ts';
import { Collection } from './collection.ts';
import { Figures } from './figures.ts';
import { changedInstruments, chooseInstruments, readKnownInstruments } from './instruments.ts';
import { KlineSequence } from './kline-sequence.ts';
import { type LogTail, readLogTail } from './log-tail.ts';
import { MinuteMarkers } from './minute-markers.ts';
import { Outbox } from './outbox.ts';

export interface CollectorOptions {
  /** Lives longer than the app: its weight ledger must survive a restart. Closed by whoever made it. */
  readonly exchange: Exchange;
  /** True when the exchange is our simulator. */
  readonly simulated: boolean;
  /** Default: the setting SYMBOLS, or all. */
  readonly symbols?: readonly string[] | undefined;
  /** The most traded ones. Default: all. */
  readonly instrumentsMax?: number | undefined;
  readonly quote?: string;
  /** Closed minutes fetched at first sight of an instrument. */
  readonly primeMinutes?: number;
  /** How long after the end of a minute its marker waits for candles, in exchange time. */
  readonly markerWaitMs?: number;
  readonly random?: () => number;
}

const closedTopic = 'klines.closed';
const tickMs = 25;
const reportEveryMs = 1_000;
/** After a restart, minutes that passed meanwhile are given so long to be fetched before their markers go without. */
const catchUpWaitMs = 60_000;
const markerGraceMs = 250;
/** Older minutes get no marker after a long absence. */
const markersBackMax = 1_440;

export function createCollector(options: CollectorOptions): App {
  return { name: 'collector', start: (context) => startCollector(options, context) };
}

async function startCollector(options: CollectorOptions, context: AppContext): Promise<RunningApp> {
  const { log, logger, now, settings } = context;
  const { exchange, simulated, primeMinutes = 1_500, random = Math.random } = options;
  const stopping = new AbortController();
  const figures = new Figures(now);
  const failing = Promise.withResolvers<never>();
  failing.promise.catch(() => {}); // whoever started us listens; nobody has to

  const filter = {
    quote: options.quote ?? 'USDT',
    symbols: options.symbols ?? settings.SYMBOLS,
    countMax: options.instrumentsMax,
  };
  const exchangeTime = await exchange.serverTime();
  const chosen = await chooseInstruments(exchange, filter, logger, ({ text }) => logger.warn(text));
  const partitions = (await log.offsets(closedTopic)).length;
  const known = await readKnownInstruments(log);
  const wanted = Map.groupBy(
    chosen.map(formatInstrument).filter((instrument) => known.has(instrument)),
    (instrument) => partitionOf(instrument, partitions),
  );
  const tail = await readLogTail(log, wanted, stopping.signal);
  const tracked = chosen.map((listed): Tracked => {
    const instrument = formatInstrument(listed);
    const newest = tail.newest.get(instrument);
    const sequence = new KlineSequence();
    if (newest !== undefined) sequence.start(newest + MINUTE_MS);
    return {
      instrument,
      symbol: listed.symbol,
      partition: partitionOf(instrument, partitions),
      listedAt: listed.listedAt,
      sequence,
      primed: false,
      expectedFrom: sequence.next,
      fetching: false,
      lackingSince: undefined,
      retryAt: 0,
      failures: 0,
      vain: 0,
    };
  });

  const writer = tracedWriter(log.writer(), 'append klines.closed');
  const liveWriter = log.writer();
  const outbox = new Outbox({
    writer,
    failed: failing.reject,
    // History does not count: the rate tells whether the present keeps coming.
    written: (records) =>
      figures.candlesWritten(records.filter(({ key, timestamp }) => key !== null && timestamp >= exchangeTime).length),
  });
  // Known before the first candle: so a later start looks for its candles, and only for those of known instruments.
  await writer.append(changedInstruments(chosen, known, simulated, exchangeTime));

  const collection = new Collection({
    exchange,
    logger,
    now,
    random,
    signal: stopping.signal,
    tracked,
    markers: new MinuteMarkers({
      first: firstMarkers(tail, partitions, exchangeTime),
      startedAt: exchangeTime,
      waitMs: options.markerWaitMs ?? 5_000,
      catchUpWaitMs,
      graceMs: markerGraceMs,
    }),
    outbox,
    figures,
    writeLive: liveSender(liveWriter, failing.reject),
    exchangeTime,
    primeMinutes,
  });
  figures.instruments = tracked.length;
  logger.info(primingText(exchange, tracked, tail, primeMinutes));

  const stream = exchange.streamKlines(
    tracked.map(({ symbol }) => symbol),
    collection,
  );
  const report = (): void => {
    figures.reconnections = stream.state().reconnections;
    const { status, text, numbers } = figures.summary(collection.behind());
    context.report(status, text, numbers);
  };
  const timers = [setInterval(() => collection.tick(), tickMs), setInterval(report, reportEveryMs)];
  report();

  return {
    failed: failing.promise,
    async stop() {
      for (const timer of timers) clearInterval(timer);
      stopping.abort();
      await stream.close();
      await collection.ended();
      await outbox.drain();
      await writer.close();
      await liveWriter.close();
    },
  };
}

/** Markers go on where they ended; in a new log they begin with the minute that is open now. */
function firstMarkers(tail: LogTail, partitions: number, exchangeTime: number): ReadonlyMap<number, number> {
  const open = Math.floor(exchangeTime / MINUTE_MS) * MINUTE_MS;
  const oldest = open - markersBackMax * MINUTE_MS;
  return new Map(
    Array.from({ length: partitions }, (_, partition) => {
      const newest = tail.markers.get(partition);
      return [partition, newest === undefined ? open : Math.max(newest + MINUTE_MS, oldest)];
    }),
  );
}

/** One append at a time; while it lasts, newer candles replace older ones. */
function liveSender(
  writer: { append(records: readonly NewRecord[]): Promise<void> },
  failed: (cause: unknown) => void,
): (records: readonly NewRecord[]) => void {
  let waiting = new Map<string | null, NewRecord>();
  let sending = false;
  return (records) => {
    for (const record of records) waiting.set(record.key, record);
    if (sending || waiting.size === 0) return;
    sending = true;
    const batch = [...waiting.values()];
    waiting = new Map();
    writer
      .append(batch)
      .catch(failed)
      .finally(() => {
        sending = false;
      });
  };
}

function primingText(exchange: Exchange, tracked: readonly Tracked[], tail: LogTail, primeMinutes: number): string {
  const fresh = tracked.filter(({ instrument }) => !tail.newest.has(instrument)).length;
  if (fresh === 0) return `${tracked.length} instruments, all known: fetching what passed meanwhile`;
  const { weightPerMinute } = exchange.capabilities;
  const { weight, minutes } = primingCost(fresh, primeMinutes, weightPerMinute);
  const wait = minutes === 0 ? 'no waiting for the limit' : `the limit makes it take about ${minutes} min`;
  return `priming ${fresh} of ${tracked.length} instruments with ${primeMinutes} candles each: weight ${weight} of ${weightPerMinute} a minute, ${wait}`;
}
