/**
 * One partition that this process owns: what the log holds of it, its instruments, their candles and its minute markers. Only
 * the owner writes here, and everything it writes goes through the one fenced writer, in order.
 */
import { reasonOf, ScreenerError } from '@screener/errors';
import type { InstrumentChanged } from '@screener/events';
import { type Log, type NewRecord, partitionOf, type SourceTask, type SourceWriter } from '@screener/log';
import { type IntervalName, MINUTE_MS } from '@screener/market';
import type { Logger } from '@screener/service';
import { markerRecord } from './candle-records.ts';
import type { Chosen } from './catalogue.ts';
import type { ExchangeFeed } from './exchange-feed.ts';
import type { Figures } from './figures.ts';
import { changedRecord, instrumentEvent, readKnownInstruments } from './instrument-records.ts';
import { type LogTail, readBarsPrimed, readLogTail } from './log-tail.ts';
import { MinuteMarkers } from './minute-markers.ts';
import { Outbox } from './outbox.ts';
import type { Pace } from './pace.ts';
import { type KnownMinutes, nothingKnown, Tracked } from './tracked.ts';

export interface PartitionOptions {
  readonly log: Log;
  readonly logger: Logger;
  /** Of instruments over partitions. */
  readonly partitions: number;
  readonly feeds: readonly ExchangeFeed[];
  readonly figures: Figures;
  /** True when the exchanges are our simulator. */
  readonly simulated: boolean;
  readonly intervals: readonly IntervalName[];
  readonly markerWaitMs: number;
  readonly pace: Pace;
  /** Exchange time as markers see it. */
  readonly time: () => number;
  readonly now: () => number;
  /** Begins and ends to be looked after. */
  readonly opened: (partition: PartitionCollection) => void;
  readonly closed: (partition: PartitionCollection) => void;
}

/** After a restart, minutes that passed meanwhile are given so long to be fetched before their markers go without. */
const catchUpWaitMs = 60_000;
/** What the log holds of minutes that are so far ahead of every clock is left alone: nothing goes on from there. */
const futureMsMax = 3_600_000;
/** Who has had no candle for so long before the newest marker was not collected any more. */
const collectedMsMax = 5 * MINUTE_MS;
/** Older minutes get no marker after a long absence. */
const markersBackMax = 1_440;

export class PartitionCollection implements SourceTask {
  readonly partition: number;
  readonly #options: PartitionOptions;
  readonly #stopping = new AbortController();
  readonly #tracked = new Map<string, { readonly tracked: Tracked; readonly feed: ExchangeFeed }>();
  /** What the log said of instruments that nobody looks after now. */
  readonly #minutes = new Map<string, KnownMinutes>();
  readonly #searching = new Set<string>();
  #known = new Map<string, InstrumentChanged>();
  #barsPrimed: ReadonlySet<string> = new Set();
  #outbox: Outbox | undefined;
  #markers: MinuteMarkers | undefined;
  #startedAt = 0;

  constructor(partition: number, options: PartitionOptions) {
    this.partition = partition;
    this.#options = options;
  }

  get tracked(): readonly Tracked[] {
    return [...this.#tracked.values()].map(({ tracked }) => tracked);
  }

  /** Given when it is given up. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  async start(writer: SourceWriter): Promise<void> {
    const { log, feeds, figures, time, markerWaitMs, pace, opened } = this.#options;
    const { partition } = this;
    const { signal } = this.#stopping;
    this.#known = await readKnownInstruments(log, partition, signal);
    this.#barsPrimed = await readBarsPrimed(log, partition, signal);
    const wanted = feeds.flatMap((feed) => this.#chosenHere(feed)).filter((one) => this.#isWanted(one));
    const known = wanted.map(({ instrument }) => instrument).filter((instrument) => this.#known.has(instrument));
    const tail = await this.#readTail(known);
    signal.throwIfAborted();
    for (const [instrument, newest] of tail.newest) {
      this.#remember(instrument, newest, tail.recent.get(instrument) ?? new Map());
    }
    this.#keepCollected(tail);
    // What was not found although the whole partition was looked at is not there.
    for (const instrument of known) if (!this.#minutes.has(instrument)) this.#remember(instrument, undefined);
    this.#startedAt = time();
    this.#markers = new MinuteMarkers({
      first: new Map([[partition, firstMarker(tail.marker, this.#startedAt)]]),
      startedAt: this.#startedAt,
      waitMs: markerWaitMs,
      catchUpWaitMs,
      get graceMs() {
        return pace.handledMs / 2;
      },
    });
    this.#outbox = new Outbox({
      writer,
      written: (records) => this.#written(records),
      failed: (cause) => {
        // Whoever took it over writes now.
        const isFenced = cause instanceof ScreenerError && cause.code === 'TASK_FENCED';
        if (!isFenced) figures.logRefused(partition, reasonOf(cause));
      },
    });
    opened(this);
    for (const feed of feeds) this.reconcile(feed);
  }

  async close(): Promise<void> {
    this.#options.closed(this);
    this.#stopping.abort();
    for (const { tracked, feed } of this.#tracked.values()) {
      feed.remove(tracked);
      tracked.end();
    }
    this.#tracked.clear();
    await this.#outbox?.close();
  }

  /** Writes something else that belongs to an instrument of this partition, or to none. */
  write(record: NewRecord): boolean {
    if (this.#outbox === undefined || this.#outbox.full) return false;
    this.#outbox.push([record]);
    return true;
  }

  /** The exchange's list was asked anew. */
  reconcile(feed: ExchangeFeed): void {
    if (this.#outbox === undefined || feed.time === undefined || this.#stopping.signal.aborted) return;
    this.#tellChanges(feed, feed.time.now);
    const chosen = this.#chosenHere(feed);
    const wanted = new Set(chosen.map(({ instrument }) => instrument));
    for (const [instrument, one] of this.#tracked) {
      if (one.feed !== feed || wanted.has(instrument)) continue;
      // Not chosen any more, or not even listed.
      if (feed.catalogue.isGone(instrument)) this.#setPhase(one.tracked, 'ending', feed.time.now);
      else this.#letGo(instrument);
    }
    const unknown: Chosen[] = [];
    for (const one of chosen) {
      const tracked = this.#tracked.get(one.instrument)?.tracked;
      if (tracked !== undefined) this.#update(tracked, one, feed.time.now);
      else if (!this.#isWanted(one) || this.#searching.has(one.instrument)) continue;
      else if (this.#known.has(one.instrument) && !this.#minutes.has(one.instrument)) unknown.push(one);
      else this.#take(one, feed);
    }
    if (unknown.length > 0) void this.#search(unknown, feed);
  }

  /** Looks after markers; called many times a second. */
  tick(exchangeTime: number, wallTime: number): void {
    const markers = this.#markers;
    if (markers === undefined || this.#outbox === undefined || this.#outbox.full) return;
    for (const { tracked, feed } of this.#tracked.values()) if (tracked.phase === 'over') this.#end(tracked, feed);
    if ((markers.next(this.partition) ?? 0) + MINUTE_MS > exchangeTime) return;
    const expected = [...this.#tracked.values()].map(({ tracked }) => ({
      instrument: tracked.instrument,
      partition: this.partition,
      next: tracked.awaited(exchangeTime),
    }));
    this.#outbox.push(markers.due(expected, exchangeTime, wallTime).map(markerRecord));
  }

  #chosenHere({ catalogue }: ExchangeFeed): readonly Chosen[] {
    const { partitions } = this.#options;
    return [...catalogue.chosen.values()].filter(
      ({ instrument }) => partitionOf(instrument, partitions) === this.partition,
    );
  }

  #tellChanges({ exchange, catalogue }: ExchangeFeed, timestamp: number): void {
    for (const before of [...this.#known.values()]) {
      if (before.exchange !== exchange.exchange || before.market !== exchange.market) continue;
      // Its end is not told before all that it traded is there: a restart in between goes on with it.
      const chosen = catalogue.chosen.get(before.instrument);
      if (chosen?.phase === 'ending' && this.#isWanted(chosen)) continue;
      const listed = catalogue.find(before.instrument);
      if (listed !== undefined) this.#tell(instrumentEvent(listed, this.#options.simulated), timestamp);
      else if (catalogue.isGone(before.instrument) && !this.#tracked.has(before.instrument)) {
        this.#tell({ ...before, status: 'delisted' }, timestamp);
      }
    }
  }

  #tell(event: InstrumentChanged, timestamp: number): void {
    const record = changedRecord(event, this.#known.get(event.instrument), timestamp);
    if (record === undefined) return;
    this.#known.set(event.instrument, event);
    this.#outbox?.push([record]);
  }

  /**
   * What is traded, and what the log knows and has not heard the end of: that is still to be fetched, and who is halted, or of a
   * status that nobody knows, may still say something.
   */
  #isWanted({ instrument, phase }: Chosen): boolean {
    const status = this.#known.get(instrument)?.status;
    return phase === 'trading' || (status !== undefined && status !== 'delisted');
  }

  #update(tracked: Tracked, { listed, phase, rank }: Chosen, time: number): void {
    tracked.listed = listed;
    tracked.rank = rank;
    this.#setPhase(tracked, phase, time);
  }

  #setPhase(tracked: Tracked, phase: Tracked['phase'], time: number): void {
    if (tracked.phase === phase || (tracked.phase === 'over' && phase === 'ending')) return;
    tracked.phase = phase;
    if (phase === 'trading') tracked.tradedSince = time;
    tracked.stoppedAt = phase === 'trading' ? Number.POSITIVE_INFINITY : Math.min(tracked.stoppedAt, time);
    tracked.complete = false;
    tracked.retryAt = 0;
  }

  #take({ instrument, listed, phase, rank }: Chosen, feed: ExchangeFeed): void {
    if (this.#outbox === undefined || feed.time === undefined) return;
    const { now } = feed.time;
    // Known before its first candle: so a later start looks for its candles, and only for those of known instruments.
    if (phase === 'trading') this.#tell(instrumentEvent(listed, this.#options.simulated), now);
    const { intervals } = this.#options;
    const tracked = new Tracked({
      instrument,
      partition: this.partition,
      listed,
      known: this.#minutes.get(instrument) ?? nothingKnown,
      intervals,
      outbox: this.#outbox,
      wrote: this.#wrote,
      signal: this.#stopping.signal,
    });
    tracked.rank = rank;
    tracked.heardAt = now;
    if (phase === 'trading') tracked.tradedSince = now;
    this.#setPhase(tracked, phase, now);
    this.#minutes.delete(instrument);
    this.#tracked.set(instrument, { tracked, feed });
    feed.add(tracked);
  }

  #end({ instrument, listed, stoppedAt }: Tracked, { exchange, catalogue }: ExchangeFeed): void {
    const { simulated, logger } = this.#options;
    this.#letGo(instrument);
    const now = catalogue.find(instrument) ?? listed;
    this.#tell({ ...instrumentEvent(now, simulated), status: 'delisted' }, stoppedAt);
    logger.info(`${instrument} is not traded any more at ${exchange.exchange}`);
  }

  #letGo(instrument: string): void {
    const one = this.#tracked.get(instrument);
    if (one === undefined) return;
    one.tracked.end();
    one.feed.remove(one.tracked);
    this.#tracked.delete(instrument);
    this.#minutes.set(instrument, one.tracked.known(this.#options.intervals));
  }

  /** Whose candles the log has up to its newest minute is being collected, whatever its rank is now. */
  #keepCollected({ newest, marker }: LogTail): void {
    for (const { exchange, catalogue } of this.#options.feeds) {
      const here = [...this.#known.values()].filter(
        ({ instrument, status, ...of }) =>
          of.exchange === exchange.exchange &&
          of.market === exchange.market &&
          status === 'trading' &&
          marker !== undefined &&
          (newest.get(instrument) ?? 0) > marker - collectedMsMax,
      );
      catalogue.keep(here.map(({ symbol }) => symbol));
    }
  }

  async #readTail(instruments: readonly string[]): Promise<LogTail> {
    const { log, logger, now, time } = this.#options;
    const { partition } = this;
    const notAfter = Math.max(now(), time()) + futureMsMax;
    const tail = await readLogTail(log, { partition, notAfter }, instruments, this.#stopping.signal);
    const { fromTheFuture } = tail;
    if (fromTheFuture > 0) {
      const text = `klines.closed partition ${partition} holds ${fromTheFuture} records of minutes that are still to come`;
      logger.warn(`${text}: nothing goes on from them; check the clock of this machine and screener audit`);
    }
    return tail;
  }

  /** Looks for the candles of instruments that were let go before we came. */
  async #search(wanted: readonly Chosen[], feed: ExchangeFeed): Promise<void> {
    const { logger } = this.#options;
    const { signal } = this.#stopping;
    const instruments = wanted.map(({ instrument }) => instrument);
    for (const instrument of instruments) this.#searching.add(instrument);
    try {
      const tail = await this.#readTail(instruments);
      for (const instrument of instruments) {
        this.#remember(instrument, tail.newest.get(instrument), tail.recent.get(instrument));
      }
    } catch (cause) {
      if (!signal.aborted)
        logger.warn(`the candles of ${instruments.length} instruments cannot be looked for`, { cause });
      return;
    } finally {
      for (const instrument of instruments) this.#searching.delete(instrument);
    }
    if (!signal.aborted) this.reconcile(feed);
  }

  #remember(instrument: string, newest: number | undefined, recent: KnownMinutes['recent'] = new Map()): void {
    const { intervals } = this.#options;
    const intervalsPrimed = new Set(intervals.filter((name) => this.#barsPrimed.has(`${instrument}/${name}`)));
    this.#minutes.set(instrument, { newest, recent, intervalsPrimed });
  }

  readonly #wrote = (openTime: number): void => {
    const next = this.#markers?.next(this.partition) ?? 0;
    if (openTime >= this.#startedAt && openTime < next) this.#options.figures.wasLate(1);
  };

  #written(records: readonly NewRecord[]): void {
    const { figures } = this.#options;
    figures.logTook(this.partition);
    // History does not count: the rate tells whether the present keeps coming.
    const isCandle = ({ topic, key, timestamp }: NewRecord): boolean =>
      topic === 'klines.closed' && key !== null && timestamp >= this.#startedAt;
    figures.candlesWritten(records.filter(isCandle).length);
    const [first] = records;
    if (first !== undefined) figures.published(first.topic, records.length);
  }
}

/** Markers go on where they ended; in a new log they begin with the minute that is open now. */
function firstMarker(newest: number | undefined, exchangeTime: number): number {
  const open = Math.floor(exchangeTime / MINUTE_MS) * MINUTE_MS;
  return newest === undefined ? open : Math.max(newest + MINUTE_MS, open - markersBackMax * MINUTE_MS);
}
