/** One exchange at work: its stream and REST in, for each instrument that this process owns one candle a minute out. */
import { reasonOf } from '@screener/errors';
import type {
  Exchange,
  ExchangeProblem,
  KlineStream,
  KlineUpdate,
  PriceUpdate,
  StreamState,
} from '@screener/exchanges';
import { candleDifference } from '@screener/exchanges';
import type { NewRecord } from '@screener/log';
import { formatInstrument, type IntervalName } from '@screener/market';
import type { Logger } from '@screener/service';
import { Catalogue, type CatalogueOptions } from './catalogue.ts';
import { ExchangeTime } from './exchange-time.ts';
import { FeedJobs } from './feed-jobs.ts';
import type { Figures } from './figures.ts';
import type { InstrumentFilter } from './instrument-filter.ts';
import { LiveCandles } from './live-candles.ts';
import type { Pace } from './pace.ts';
import { StandIn } from './stand-in.ts';
import type { Tracked } from './tracked.ts';

export interface FeedOptions {
  readonly exchange: Exchange;
  readonly filter: InstrumentFilter;
  readonly marketCaps?: CatalogueOptions['marketCaps'];
  readonly logger: Logger;
  readonly now: () => number;
  readonly random: () => number;
  readonly pace: Pace;
  readonly primeMinutes: number;
  readonly primeBars: number;
  readonly intervals: readonly IntervalName[];
  readonly figures: Figures;
  readonly problem: (problem: ExchangeProblem, source: string, instrument: string | undefined) => void;
  readonly writeLive: (records: readonly NewRecord[]) => void;
}

/** Without a frame for so long, the exchange is asked for its time, so that REST can stand in. */
const quietMs = 3_000;
/** A halted instrument that says nothing for so long is let go until it is traded again. Exchange time. */
const haltedSilentMs = 60_000;
/** An exchange that always pushes something else than it fetches is not asked each time. Exchange time. */
const verifyAgainMs = 60_000;
/** Hundreds of instruments are looked through for what is to be fetched. */
const lookEveryMs = 100;
/** Of the time in which what has arrived is read: a final frame may be three seconds late. */
const liveHeldShare = 6;
const standInEveryMs = 1_000;
const lookAtBanEveryMs = 1_000;

const noStream: StreamState = {
  ...{ connections: 0, healthy: 0, reconnections: 0, frames: 0, bytes: 0, foreign: 0 },
  ...{ resubscriptions: 0, replacements: 0, circuitsOpen: 0, unserved: new Set<string>() },
};

export class ExchangeFeed {
  readonly name: string;
  readonly exchange: Exchange;
  readonly catalogue: Catalogue;
  readonly #options: FeedOptions;
  readonly #bySymbol = new Map<string, Tracked>();
  readonly #live: LiveCandles;
  /** Most traded first. */
  #tracked: readonly Tracked[] = [];
  #opened: { readonly time: ExchangeTime; readonly jobs: FeedJobs; readonly standIn: StandIn } | undefined;
  #stream: KlineStream | undefined;
  #listenedTo = '';
  #changed = false;
  #isClosed = false;
  #offsetMs = 0;
  #listedAt = 0;
  #asking: Promise<void> | undefined;
  #askedAt = 0;
  #lookedAt = 0;
  #standInAt = 0;
  #lookedAtBan = Number.NEGATIVE_INFINITY;
  #bannedUntil = 0;

  constructor(options: FeedOptions) {
    const { exchange, filter, logger, now, marketCaps } = options;
    this.#options = options;
    this.exchange = exchange;
    this.name = `${exchange.exchange}:${exchange.market}`;
    this.#live = new LiveCandles(() => liveHeldShare * options.pace.handledMs);
    this.catalogue = new Catalogue({ exchange, filter, logger, now, marketCaps, problem: this.#problem });
  }

  get isOpen(): boolean {
    return this.#opened !== undefined;
  }

  /** Exchange time; undefined until it was asked once. */
  get time(): ExchangeTime | undefined {
    return this.#opened?.time;
  }

  get tracked(): readonly Tracked[] {
    return this.#tracked;
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  streamState(): StreamState {
    return this.#stream?.state() ?? noStream;
  }

  /** Asks for the time and the instruments anew; throws where the exchange does not answer. */
  async refresh(): Promise<void> {
    const { exchange, now } = this.#options;
    const serverTime = await exchange.serverTime();
    this.#offsetMs = exchange.clock()?.offsetMs ?? 0;
    this.#opened?.time.told(serverTime, now());
    const proven = this.time?.proven ?? 0;
    await this.catalogue.refresh();
    this.#listedAt = proven;
    this.#open(serverTime, now());
    this.#changed = true;
  }

  #open(serverTime: number, wallTime: number): void {
    if (this.#opened !== undefined || this.#isClosed) return;
    const time = new ExchangeTime(serverTime, wallTime);
    const { figures } = this.#options;
    const problem = this.#problem;
    this.#opened = {
      time,
      jobs: new FeedJobs({ ...this.#options, time, problem, listedAt: () => this.#listedAt }),
      standIn: new StandIn({
        ...this.#options,
        time,
        problem,
        live: ({ instrument }, candle) => this.#live.offer(instrument, { candle, eventTime: time.now }),
        repaired: (count) => figures.told('repaired', count),
      }),
    };
    this.#stream = this.exchange.streamKlines([], { kline: this.#kline, price: this.#price, problem });
  }

  add(tracked: Tracked): void {
    this.#bySymbol.set(tracked.symbol, tracked);
    this.#changed = true;
  }

  remove(tracked: Tracked): void {
    if (this.#bySymbol.get(tracked.symbol) !== tracked) return;
    this.#bySymbol.delete(tracked.symbol);
    this.#live.forget(tracked.instrument);
    this.#changed = true;
  }

  /** Looks after everything that is due; called many times a second. */
  tick(wallTime: number): void {
    if (this.#opened === undefined) return;
    const { time, jobs, standIn } = this.#opened;
    if (this.#changed) this.#rearrange(time);
    this.#options.writeLive(this.#live.due(wallTime, this.#openTimeOf));
    if (this.isBanned(wallTime)) return;
    if (Math.abs(wallTime - this.#lookedAt) < lookEveryMs) return;
    this.#lookedAt = wallTime;
    jobs.tick(this.#tracked, wallTime);
    if (wallTime - Math.max(time.heardAt, this.#askedAt) > quietMs) this.#askTime(time);
    if (wallTime - this.#standInAt < standInEveryMs) return;
    this.#standInAt = wallTime;
    const { unserved } = this.streamState();
    if (unserved.size > 0) standIn.tick(this.#tracked.filter(({ symbol }) => unserved.has(symbol)));
  }

  /** Nothing is asked for: it would be refused, and said again and again. */
  isBanned(wallTime: number): boolean {
    if (wallTime - this.#lookedAtBan >= lookAtBanEveryMs) {
      this.#lookedAtBan = wallTime;
      this.#bannedUntil = this.exchange.restState().bannedUntil;
    }
    return wallTime < this.#bannedUntil;
  }

  /** Resolves when nothing is being fetched any more; the signals must have been given before. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#stream?.close();
    await this.#opened?.jobs.ended();
    await this.#asking;
  }

  readonly #openTimeOf = (instrument: string): number | undefined => {
    const tracked = this.#bySymbol.get(instrument.slice(this.name.length + 1));
    // Before its first candle is closed there is nothing that it could overtake.
    return tracked?.sequence.next ?? (tracked?.primed ? this.time?.openMinute : undefined);
  };

  #rearrange(time: ExchangeTime): void {
    this.#changed = false;
    this.#tracked = [...this.#bySymbol.values()].sort((left, right) => left.rank - right.rank);
    const symbols = this.#tracked
      .filter(
        ({ phase, heardAt }) => phase === 'trading' || (phase === 'halted' && time.now - heardAt < haltedSilentMs),
      )
      .map(({ symbol }) => symbol)
      .sort();
    const listenedTo = symbols.join('\n');
    if (listenedTo === this.#listenedTo) return;
    this.#listenedTo = listenedTo;
    this.#stream?.listenTo(symbols);
  }

  readonly #kline = (update: KlineUpdate): void => {
    const tracked = this.#bySymbol.get(update.symbol);
    const time = this.time;
    if (tracked === undefined || time === undefined) return;
    const { candle, closed, eventTime } = update;
    const wallTime = this.#options.now();
    if (!time.isPlausible(Math.max(candle.openTime, eventTime), wallTime)) {
      this.#fromTheFuture(update, time);
      return;
    }
    time.heard(candle.openTime, closed, eventTime, wallTime);
    tracked.heardAt = time.now;
    this.#options.figures.heard(Math.max(0, wallTime + this.#offsetMs - eventTime));
    if (!closed) this.#live.offer(tracked.instrument, update);
    else if (!tracked.outbox.full) this.#closed(tracked, update, time);
  };

  /** Believed, it would end all minutes up to it. */
  #fromTheFuture(update: KlineUpdate, time: ExchangeTime): void {
    const { symbol, candle, eventTime } = update;
    const dates = [candle.openTime, eventTime, time.now].map((date) => new Date(date).toISOString());
    const text = `a candle of ${symbol} from ${dates[0]}, sent ${dates[1]}, is ahead of the exchange's time ${dates[2]}`;
    const frame = JSON.stringify(update);
    this.#problem({ reason: 'absurd-numbers', text, sample: frame, symbol, frame });
    this.#askTime(time);
  }

  #closed(tracked: Tracked, { candle }: KlineUpdate, time: ExchangeTime): void {
    const { sequence, recent } = tracked;
    if (sequence.next !== undefined && candle.openTime < sequence.next) {
      this.#options.figures.repeated++;
      const written = recent.at(candle.openTime);
      // REST decides who is right.
      if (written && candleDifference(written.candle, candle, this.exchange.capabilities) !== undefined) {
        tracked.verifyAt = Math.min(tracked.verifyAt, Math.max(time.now, tracked.verifiedAt + verifyAgainMs));
      }
      return;
    }
    tracked.write(sequence.offer(candle, 'stream'));
    // It shows that there is a hole before it: waiting for one more answer would be idle.
    if (sequence.oldestHeld !== undefined && tracked.failures === 0) tracked.retryAt = 0;
  }

  readonly #price = (update: PriceUpdate): void => {
    const tracked = this.#bySymbol.get(update.symbol);
    if (tracked !== undefined) this.#live.price(tracked.instrument, update);
  };

  readonly #problem = (problem: ExchangeProblem): void => {
    const { exchange, market } = this.exchange;
    const instrument = problem.symbol && formatInstrument({ exchange, market, symbol: problem.symbol });
    this.#options.problem(problem, this.name, instrument);
  };

  #askTime(time: ExchangeTime): void {
    const { exchange, now, logger } = this.#options;
    if (this.isBanned(now()) || now() - this.#askedAt < quietMs) return;
    this.#asking ??= exchange
      .serverTime()
      .then((serverTime) => {
        time.told(serverTime, now());
        this.#offsetMs = exchange.clock()?.offsetMs ?? this.#offsetMs;
      })
      .catch((cause: unknown) => logger.debug(`${this.name} does not tell its time: ${reasonOf(cause)}`, { cause }))
      .finally(() => {
        this.#askedAt = now();
        this.#asking = undefined;
      });
  }
}
