/** The collector at work: stream and REST in, one candle per instrument and minute out, markers after them. */
import { encodeEvent } from '@screener/events';
import type { Exchange, ExchangeProblem, KlineUpdate } from '@screener/exchanges';
import type { NewRecord } from '@screener/log';
import { MINUTE_MS } from '@screener/market';
import type { Logger } from '@screener/service';
import { type CatchUpOptions, catchUp, type Tracked } from './catch-up.ts';
import type { Figures } from './figures.ts';
import type { SequencedCandle } from './kline-sequence.ts';
import { LiveCandles } from './live-candles.ts';
import type { MinuteMarkers } from './minute-markers.ts';
import type { Outbox } from './outbox.ts';

export interface CollectionOptions {
  readonly exchange: Exchange;
  readonly logger: Logger;
  readonly now: () => number;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Most traded first. */
  readonly tracked: readonly Tracked[];
  readonly markers: MinuteMarkers;
  readonly outbox: Outbox;
  readonly figures: Figures;
  /** Appends candles in progress; what it cannot take is lost, the next second brings newer ones. */
  readonly writeLive: (records: readonly NewRecord[]) => void;
  readonly exchangeTime: number;
  readonly primeMinutes: number;
}

const topic = 'klines.closed';
/** Final frames may be some seconds late; then REST is asked. Exchange time. */
export const settleMs = 4_000;
/** What has arrived must have been read before it counts as lacking. Wall clock. */
const lackingMs = 500;
/** Instruments that fetch their history at the same time; holes do not wait for it. */
const primingMax = 16;
/** Without a frame for so long, the exchange is asked for its time, so that REST can take over. Wall clock. */
const quietMs = 10_000;
const problemsLoggedMax = 20;

export class Collection {
  readonly #options: CollectionOptions;
  readonly #bySymbol: ReadonlyMap<string, Tracked>;
  readonly #byInstrument: ReadonlyMap<string, Tracked>;
  readonly #live = new LiveCandles();
  readonly #catchUp: CatchUpOptions;
  readonly #underWay = new Set<Promise<void>>();
  #exchangeTime: number;
  #heardAt: number;
  #asking = false;
  #priming = 0;

  constructor(options: CollectionOptions) {
    const { exchange, logger, now, random, signal, primeMinutes, outbox, figures } = options;
    this.#options = options;
    this.#bySymbol = new Map(options.tracked.map((tracked) => [tracked.symbol, tracked]));
    this.#byInstrument = new Map(options.tracked.map((tracked) => [tracked.instrument, tracked]));
    this.#exchangeTime = options.exchangeTime;
    this.#heardAt = now();
    this.#catchUp = {
      exchange,
      logger,
      now,
      random,
      signal,
      primeMinutes,
      room: () => outbox.room(),
      write: (tracked, candles, fetched) => {
        if (fetched && tracked.primed) figures.repaired += candles.filter(({ source }) => source === 'rest').length;
        this.#write(tracked, candles);
      },
      gap: (tracked, openTimes) => {
        figures.gaps += openTimes.length;
        outbox.push(openTimes.map((openTime) => gapRecord(tracked, openTime)));
      },
    };
  }

  readonly kline = (update: KlineUpdate): void => {
    const { figures, now } = this.#options;
    const tracked = this.#bySymbol.get(update.symbol);
    if (tracked === undefined) return;
    this.#heardAt = now();
    this.#exchangeTime = Math.max(this.#exchangeTime, update.eventTime);
    figures.lagMs = Math.max(0, this.#heardAt - update.eventTime);
    if (!update.closed) {
      this.#live.offer(tracked.instrument, update);
      return;
    }
    const before = tracked.sequence.dropped;
    this.#write(tracked, tracked.sequence.offer(update.candle, 'stream'));
    figures.late += tracked.sequence.dropped - before;
  };

  readonly problem = ({ reason, text, sample }: ExchangeProblem): void => {
    const { figures, logger } = this.#options;
    figures.problems++;
    if (figures.problems <= problemsLoggedMax) logger.warn(text, { reason, ...(sample && { sample }) });
  };

  /** Looks after everything that is due; called many times a second. */
  tick(): void {
    const { now, tracked, markers, outbox, writeLive } = this.#options;
    const wallTime = now();
    for (const one of tracked) this.#lookAfter(one, wallTime);
    const expected = tracked.map(({ instrument, partition, expectedFrom, sequence }) => ({
      instrument,
      partition,
      next: expectedFrom === undefined ? undefined : sequence.next,
    }));
    outbox.push(markers.due(expected, this.#exchangeTime, wallTime).map(markerRecord));
    writeLive(this.#live.due(wallTime, (instrument) => this.#byInstrument.get(instrument)?.sequence.next));
    if (wallTime - this.#heardAt > quietMs) this.#askTime();
  }

  /** Instruments that lack a minute although its time is over. */
  behind(): number {
    const settled = this.#settled();
    return this.#options.tracked.filter(({ primed, sequence }) => primed && (sequence.next ?? 0) <= settled).length;
  }

  /** Resolves when nothing is being fetched any more; the signal must have been given before. */
  async ended(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Open time of the newest minute that is certainly closed. */
  #settled(): number {
    return Math.floor((this.#exchangeTime - settleMs) / MINUTE_MS) * MINUTE_MS - MINUTE_MS;
  }

  #lookAfter(tracked: Tracked, wallTime: number): void {
    if (tracked.fetching || wallTime < tracked.retryAt) return;
    const settled = this.#settled();
    const { next } = tracked.sequence;
    if (tracked.primed && next !== undefined && next > settled) {
      tracked.lackingSince = undefined;
      return;
    }
    if (tracked.primed) {
      tracked.lackingSince ??= wallTime;
      if (wallTime - tracked.lackingSince < lackingMs) return;
    } else if (this.#priming >= primingMax) return;
    this.#fetch(tracked, settled);
  }

  #fetch(tracked: Tracked, to: number): void {
    const { figures } = this.#options;
    const priming = !tracked.primed;
    if (priming) this.#priming++;
    const job = catchUp(tracked, to, this.#catchUp).finally(() => {
      this.#underWay.delete(job);
      tracked.lackingSince = undefined;
      if (!priming) return;
      this.#priming--;
      if (tracked.primed) figures.primed++;
    });
    this.#underWay.add(job);
  }

  #write({ instrument }: Tracked, candles: readonly SequencedCandle[]): void {
    const records = candles.map(({ candle, source }): NewRecord => {
      const value = encodeEvent('KlineClosed', { instrument, ...candle, source });
      return { topic, key: instrument, timestamp: candle.openTime + MINUTE_MS - 1, value };
    });
    this.#options.outbox.push(records);
  }

  #askTime(): void {
    if (this.#asking) return;
    this.#asking = true;
    const { exchange, now, logger } = this.#options;
    exchange
      .serverTime()
      .then((time) => {
        this.#exchangeTime = Math.max(this.#exchangeTime, time);
      })
      .catch((cause: unknown) => logger.debug('the exchange does not tell its time', { cause }))
      .finally(() => {
        this.#heardAt = now();
        this.#asking = false;
      });
  }
}

function gapRecord({ instrument }: Tracked, openTime: number): NewRecord {
  const value = encodeEvent('KlineGap', { instrument, openTime, reason: 'the exchange has no candle of this minute' });
  return { topic, key: instrument, timestamp: openTime + MINUTE_MS - 1, value };
}

function markerRecord(marker: { partition: number; openTime: number; missing: readonly string[] }): NewRecord {
  const { partition, openTime, missing } = marker;
  const value = encodeEvent('MinuteClosed', { openTime, missing: [...missing] });
  return { topic, key: null, partition, timestamp: openTime + MINUTE_MS - 1, value };
}
