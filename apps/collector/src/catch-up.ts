/**
 * Fetches over REST what one instrument lacks: its history at first sight, what passed while we were away, a hole in
 * the stream. One fetch at a time per instrument; a failing one is tried again later and holds up nobody else.
 */
import { reasonOf, ScreenerError } from '@screener/errors';
import type { Exchange, ExchangeProblem } from '@screener/exchanges';
import { type Candle, MINUTE_MS } from '@screener/market';
import type { ExchangeTime } from './exchange-time.ts';
import { type Answer, fillHoles } from './fill-holes.ts';
import { refusesForGood } from './refuses-for-good.ts';
import { retryMs } from './retry.ts';
import type { Tracked } from './tracked.ts';

export interface CatchUpOptions {
  readonly exchange: Exchange;
  readonly now: () => number;
  readonly random: () => number;
  /** At first sight so many closed minutes are fetched. */
  readonly primeMinutes: number;
  readonly time: Pick<ExchangeTime, 'now' | 'proven' | 'known' | 'show' | 'isOver'>;
  /** Exchange time, proven, of the newest list of instruments: one that is traded there was not halted before. */
  readonly listedAt: () => number;
  readonly problem: (problem: ExchangeProblem) => void;
  readonly complain: (what: string, symbol: string, cause: unknown) => void;
  readonly told: (tracked: Tracked, what: 'repaired' | 'empty' | 'missing', count: number) => void;
}

/** Minutes that REST refuses for good hold up what came after them no longer than so many tries. */
const refusalsMax = 5;
/** What is not traded any more is over only when that was said again. */
const endingRefusalsMax = 2;
/** What an instrument that is no longer traded lacks is asked for so often. */
const endingTriesMax = 5;

/** What came of it says of REST that it answers, or cannot be reached. */
export type CatchUpOutcome = 'answered' | 'failed' | 'nothing';

/** `to`: open time of the newest minute that is certainly closed. Never throws. */
export async function catchUp(tracked: Tracked, to: number, options: CatchUpOptions): Promise<CatchUpOutcome> {
  tracked.fetching = true;
  try {
    const from = tracked.sequence.next ?? firstMinute(tracked, to, options.primeMinutes);
    const answer = from <= to ? await fetchMissing(tracked, from, to, options) : undefined;
    if (tracked.signal.aborted) return 'nothing';
    settle(tracked, to, answer, options);
    return answer === undefined ? 'nothing' : 'answered';
  } catch (cause) {
    if (tracked.signal.aborted) return 'nothing';
    failed(tracked, cause, options);
    return tracked.refusals > 0 ? 'answered' : 'failed';
  } finally {
    tracked.fetching = false;
  }
}

async function fetchMissing(tracked: Tracked, from: number, to: number, options: CatchUpOptions): Promise<Answer> {
  const { exchange, problem, time, told, now } = options;
  const { symbol, signal, primed } = tracked;
  const refused = new Map<number, string>();
  let unplaced: string | undefined;
  let newest: number | undefined;
  // The newest row: it may still change, unless a later one follows.
  let last: Candle | undefined;
  const asked = time.known;
  const { proven: askedAt, shown: toldBefore } = asked;
  const answerTo = (askedTo: number, complete: boolean): Answer => {
    return { refused, unplaced, askedTo, askedAt, newest, toldBefore, complete };
  };
  const take = (rows: readonly Candle[]): void => {
    const closed = rows.filter(({ openTime }) => openTime <= to);
    if (primed) told(tracked, 'repaired', lacking(tracked, closed));
    offer(tracked, closed);
  };
  // The candle in progress shows how far REST is.
  const until = Math.max(to, Math.floor(time.now / MINUTE_MS) * MINUTE_MS);
  // What is known already lacks something, be it only since this process began.
  const priority = primed || !tracked.fresh ? 'repair' : 'prime';
  const range = { symbol, from, to: until, priority, signal } as const;
  const pages = exchange.klines({
    ...range,
    problem(found) {
      if (found.openTime === undefined) unplaced = found.text;
      else refused.set(found.openTime, found.text);
      problem({ symbol, ...found });
    },
  });
  for await (const page of pages) {
    await tracked.outbox.room();
    if (signal.aborted) break;
    const rows: readonly Candle[] = last === undefined ? page : [last, ...page];
    last = rows.at(-1);
    if (last === undefined) continue;
    newest = last.openTime;
    time.show(newest, now());
    take(rows.slice(0, -1));
    fillHoles(tracked, answerTo(Math.min(newest - MINUTE_MS, to), false), options);
  }
  if (last === undefined || signal.aborted) return answerTo(to, true);
  // Of what is not traded any more the last row is followed by nothing, and nothing changes it.
  const isFinal = tracked.phase === 'ending' && tracked.vain + 1 >= endingTriesMax;
  if (last.openTime <= to && !isFinal && !time.isOver(last.openTime, asked))
    return answerTo(last.openTime - MINUTE_MS, true);
  take([last]);
  return answerTo(to, true);
}

/** How many of them nobody had. */
function lacking({ sequence }: Tracked, candles: readonly Candle[]): number {
  const { next } = sequence;
  return next === undefined
    ? 0
    : candles.filter(({ openTime }) => openTime >= next && !sequence.holds(openTime)).length;
}

function offer(tracked: Tracked, page: readonly Candle[]): void {
  const { sequence } = tracked;
  const [first] = page;
  // Before its first candle there was no trade.
  if (sequence.next === undefined && first !== undefined) tracked.write(sequence.start(first.openTime));
  for (const candle of page) tracked.write(sequence.offer(candle, 'rest'));
}

function settle(tracked: Tracked, to: number, answer: Answer | undefined, options: CatchUpOptions): void {
  const { sequence } = tracked;
  const { now, random } = options;
  tracked.failures = 0;
  tracked.refusals = 0;
  if (answer !== undefined && sequence.next !== undefined && sequence.next <= to) fillHoles(tracked, answer, options);
  if (sequence.next === undefined) {
    // It has never been traded: its first candle says where to begin.
    tracked.primed = true;
    if (answer !== undefined) tracked.vain++;
    tracked.retryAt = now() + retryMs(Math.max(1, tracked.vain), random);
    end(tracked, answer?.askedTo ?? to);
    return;
  }
  tracked.primed = true;
  tracked.expectedFrom ??= sequence.next;
  end(tracked, answer?.askedTo ?? to);
  if (sequence.next > to) {
    tracked.vain = 0;
    tracked.retryAt = 0;
    return;
  }
  tracked.vain++;
  tracked.retryAt = now() + retryMs(tracked.vain, random);
}

/** Of what is not traded any more all has been fetched that there is; it is compared once more. */
function end(tracked: Tracked, to: number): void {
  const holds = tracked.sequence.oldestHeld !== undefined && tracked.vain < endingTriesMax;
  if (to + MINUTE_MS <= tracked.stoppedAt || holds) return;
  tracked.complete = true;
  if (tracked.phase === 'ending') tracked.verifyAt = Number.NEGATIVE_INFINITY;
}

function failed(tracked: Tracked, cause: unknown, options: CatchUpOptions): void {
  const { complain, now, random, told } = options;
  const { symbol, sequence } = tracked;
  tracked.failures++;
  tracked.retryAt = now() + retryMs(tracked.failures, random);
  // Said once, for all of the exchange.
  if (cause instanceof ScreenerError && cause.code === 'EXCHANGE_BANNED') return;
  tracked.refusals = refusesForGood(cause) ? tracked.refusals + 1 : 0;
  if (tracked.refusals > 0 && tracked.phase === 'ending') {
    if (tracked.refusals >= endingRefusalsMax) tracked.phase = 'over';
    return;
  }
  complain('candles', symbol, cause);
  if (tracked.refusals < refusalsMax) return;
  const until = sequence.oldestHeld ?? 0;
  for (let next = sequence.next; next !== undefined && next < until; next = sequence.next) {
    tracked.writeGap(`the exchange refuses to tell it: ${reasonOf(cause)}`);
    told(tracked, 'missing', 1);
  }
}

function firstMinute({ listed: { listedAt } }: Tracked, to: number, primeMinutes: number): number {
  const listed = Math.ceil((listedAt ?? 0) / MINUTE_MS) * MINUTE_MS;
  return Math.max(to - (primeMinutes - 1) * MINUTE_MS, listed);
}
