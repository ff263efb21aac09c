/** Fetches what one instrument lacks of its history into the log, page by page, each with how far it goes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf, ScreenerError } from '@screener/errors';
import type { Exchange, ExchangeProblem, InstrumentStatus } from '@screener/exchanges';
import type { NewRecord } from '@screener/log';
import { MINUTE_MS } from '@screener/market';
import { roomWithin } from '../exchange-client.ts';
import { type HistoryEvent, HistorySequence, type Refused } from './history-sequence.ts';
import { recordsOf } from './progress-records.ts';
import { missingPieces, type Piece, type TimeRange } from './stretches.ts';

export interface HistoryJob {
  readonly instrument: string;
  readonly symbol: string;
  readonly partition: number;
  readonly status: InstrumentStatus;
  readonly asked: TimeRange;
}

/** What came of a job so far; counts are of this run. */
export interface JobOutcome {
  candles: number;
  synthetic: number;
  gaps: number;
  /** Why it could not be done to the end. */
  failure: string | undefined;
}

export interface FetchOptions {
  readonly exchange: Exchange;
  readonly share: number | undefined;
  readonly signal: AbortSignal;
  /** All or nothing. */
  readonly append: (records: readonly NewRecord[]) => Promise<void>;
  /** The stretches that the log has of the instrument now. */
  readonly stretchesOf: (job: HistoryJob) => Promise<Parameters<typeof missingPieces>[1]>;
  /** Told of the minutes that are there now. */
  readonly advance: (minutes: number) => void;
}

/** An append stays far below what a broker or a socket takes at once. */
const eventsPerAppendMax = 1_500;
/** So far back is looked for the price before a piece that begins with minutes without candles. */
const lookBackMs = 1_440 * MINUTE_MS;
/** In a row, without any progress between them. */
const failuresMax = 8;
const retryMsMax = 60_000;

/** Never throws but for what ends the whole run: the log that refuses. Tries again what may pass. */
export async function fetchHistory(job: HistoryJob, outcome: JobOutcome, options: FetchOptions): Promise<void> {
  const { signal, stretchesOf } = options;
  let failures = 0;
  const counted = {
    ...options,
    advance: (minutes: number): void => {
      failures = 0;
      options.advance(minutes);
    },
  };
  while (!signal.aborted) {
    try {
      for (const piece of missingPieces(job.asked, await stretchesOf(job))) {
        await fetchPiece(job, piece, outcome, counted);
      }
      outcome.failure = undefined;
      return;
    } catch (cause) {
      if (signal.aborted) return;
      if (!(cause instanceof ScreenerError) || isOfTheLog(cause)) throw cause;
      outcome.failure = reasonOf(cause);
      failures++;
      if (!cause.retryable || failures >= failuresMax) return;
      await sleep(Math.min(retryMsMax, 500 * 2 ** failures), undefined, { signal }).catch(() => {});
    }
  }
}

/** Those of the exchange may pass, or concern this instrument alone; a log that the other process left is looked at again. */
const isOfTheLog = ({ code }: ScreenerError): boolean => !code.startsWith('EXCHANGE_') && code !== 'LOG_PEER_LOST';

async function fetchPiece(job: HistoryJob, piece: Piece, outcome: JobOutcome, options: FetchOptions): Promise<void> {
  const { exchange, share, signal } = options;
  const { symbol, instrument } = job;
  const sequence = new HistorySequence(instrument, piece);
  const refused = new RefusedRows();
  const problem = (found: ExchangeProblem): void => refused.add(found);
  const range = { symbol, from: piece.from, to: piece.to - MINUTE_MS, priority: 'history', signal, problem } as const;
  await roomWithin(exchange, share, signal);
  for await (const page of exchange.klines(range)) {
    if (signal.aborted) return;
    const [first] = page;
    if (first !== undefined && first.openTime > sequence.next) await lookBack(job, piece, sequence, options);
    // What an empty page refused belongs to the minutes before the next candle.
    if (first !== undefined) {
      await write(job, sequence, sequence.offer(page, refused), outcome, options);
      refused.pageEnds(sequence.next);
    }
    await roomWithin(exchange, share, signal);
  }
  if (signal.aborted) return;
  await lookBack(job, piece, sequence, options);
  await write(job, sequence, restOf(sequence, job, piece, refused), outcome, options);
}

/** Of what was delisted nothing more will come. */
function* restOf(
  sequence: HistorySequence,
  { status }: HistoryJob,
  { to }: Piece,
  refused: Refused,
): Generator<HistoryEvent> {
  if (status === 'delisted') sequence.skipRest();
  else yield* sequence.fill(to, refused);
}

/** Minutes before the first candle of a piece have the price before it, unless there never was one. */
async function lookBack(
  { symbol }: HistoryJob,
  { from }: Piece,
  sequence: HistorySequence,
  { exchange, signal }: FetchOptions,
): Promise<void> {
  if (!sequence.isBlank) return;
  let close: number | undefined;
  const range = { symbol, from: from - lookBackMs, to: from - MINUTE_MS, priority: 'history', signal } as const;
  for await (const page of exchange.klines(range)) close = page.at(-1)?.close ?? close;
  if (close !== undefined) sequence.precededBy(close);
}

async function write(
  { partition }: HistoryJob,
  sequence: HistorySequence,
  events: Iterable<HistoryEvent>,
  outcome: JobOutcome,
  { append, advance }: FetchOptions,
): Promise<void> {
  let written = sequence.next;
  const flush = async (batch: readonly HistoryEvent[]): Promise<void> => {
    const { next } = sequence;
    await append(recordsOf(partition, batch, sequence.progress()));
    count(batch, outcome);
    advance((next - written) / MINUTE_MS);
    written = next;
  };
  let batch: HistoryEvent[] = [];
  for (const event of events) {
    batch.push(event);
    if (batch.length < eventsPerAppendMax) continue;
    await flush(batch);
    batch = [];
  }
  await flush(batch);
}

function count(events: readonly HistoryEvent[], outcome: JobOutcome): void {
  for (const { type, event } of events) {
    if (type === 'KlineGap') outcome.gaps++;
    else if (event.source === 'synthetic') outcome.synthetic++;
    else outcome.candles++;
  }
}

/** What was refused since the last page that had candles. A row without a place may also belong to the end of the page before. */
class RefusedRows implements Refused {
  readonly reasons = new Map<number, string>();
  #now: string | undefined;
  #before: string | undefined;

  get unplaced(): string | undefined {
    return this.#now ?? this.#before;
  }

  add({ text, openTime }: ExchangeProblem): void {
    if (openTime === undefined) this.#now = text;
    else this.reasons.set(openTime, text);
  }

  pageEnds(next: number): void {
    [this.#before, this.#now] = [this.#now, undefined];
    for (const openTime of this.reasons.keys()) if (openTime < next) this.reasons.delete(openTime);
  }
}
