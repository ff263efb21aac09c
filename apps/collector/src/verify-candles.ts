/**
 * Compares what was written of an instrument with what REST says: a difference becomes a correction, never a silent edit.
 * One request of the least weight covers more than an hour, so every minute is looked at several times.
 */
import { reasonOf } from '@screener/errors';
import { candleDifference, type Exchange, type ExchangeProblem, primingPlan } from '@screener/exchanges';
import { type Candle, MINUTE_MS } from '@screener/market';
import type { Logger } from '@screener/service';
import { correctedRecord } from './candle-records.ts';
import type { ExchangeTime } from './exchange-time.ts';
import { olderMinutesMax } from './older-candles.ts';
import type { RecentCandles } from './recent-candles.ts';
import { refusesForGood } from './refuses-for-good.ts';
import type { Tracked } from './tracked.ts';

export interface VerifyOptions {
  readonly exchange: Exchange;
  readonly logger: Logger;
  readonly problem: (problem: ExchangeProblem) => void;
  readonly now: () => number;
  readonly time: Pick<ExchangeTime, 'known' | 'show' | 'isOver'>;
  readonly corrected: () => void;
}

/** What the cheapest request of Binance futures takes. */
export const verifiedMinutes = 99;
/** Every minute is compared within the hour, and again while it is young: corrections come soon. */
const everyMsMin = 15 * MINUTE_MS;
const everyMsMax = 60 * MINUTE_MS;
/** Share of the limit that comparisons may take, and as much again those of the last day. */
const share = 0.05;

const olderEveryMsMin = 1_000;

/** Exchange time between two comparisons of one instrument. */
export function verifyEveryMs({ capabilities }: Exchange, instruments: number): number {
  const [source] = capabilities.klineSources;
  const weight = source?.weights.find(({ limitMax }) => limitMax >= verifiedMinutes)?.weight ?? 1;
  const minutes = (instruments * weight) / (capabilities.weightPerMinute * share);
  return Math.min(everyMsMax, Math.max(everyMsMin, Math.ceil(minutes) * MINUTE_MS));
}

/** Our clock between the beginnings of two comparisons of a whole day, of whatever instruments. */
export function olderEveryMs({ capabilities }: Exchange): number {
  const { minutes } = primingPlan(capabilities, 1, [{ interval: '1m', bars: olderMinutesMax }]);
  return Math.max(olderEveryMsMin, (minutes / share) * MINUTE_MS);
}

/**
 * `to`: open time of the newest minute that is worth comparing. `written`: what is compared, all of it where it is not what
 * this process wrote last. False where the exchange does not answer. Never throws.
 */
export async function verifyCandles(
  tracked: Tracked,
  written: RecentCandles,
  to: number,
  options: VerifyOptions,
): Promise<boolean> {
  const { exchange, logger, problem, now, time } = options;
  const { symbol, signal } = tracked;
  const isOwn = written === tracked.recent;
  const last = Math.min(to, (tracked.sequence.next ?? 0) - MINUTE_MS, written.newest ?? Number.NEGATIVE_INFINITY);
  const oldest = written.oldest ?? Number.POSITIVE_INFINITY;
  const first = isOwn ? Math.max(oldest, last - (verifiedMinutes - 1) * MINUTE_MS) : oldest;
  if (first > last) return isOwn;
  tracked.verifying = true;
  try {
    const noted = (found: ExchangeProblem): void => problem({ symbol, ...found });
    const range = { symbol, from: first, to: last + MINUTE_MS, priority: 'poll', signal, problem: noted } as const;
    const asked = time.known;
    let newest: Candle | undefined;
    for await (const page of exchange.klines(range)) {
      await tracked.outbox.room();
      if (signal.aborted || !isToCompare(tracked, written)) return false;
      for (const candle of page) {
        // Only what a later row follows is sure not to change by itself.
        if (newest !== undefined) correct(tracked, written, newest, options);
        newest = candle;
      }
    }
    if (newest !== undefined) {
      time.show(newest.openTime, now());
      if (newest.openTime <= last && time.isOver(newest.openTime, asked)) correct(tracked, written, newest, options);
    }
    compared(tracked, written);
    return true;
  } catch (cause) {
    if (!signal.aborted) logger.debug(`${symbol} cannot be compared: ${reasonOf(cause)}`, { cause });
    if (!refusesForGood(cause)) return false;
    compared(tracked, written);
    return true;
  } finally {
    tracked.verifying = false;
  }
}

/** Its place may be another's by now. */
const isToCompare = ({ recent, takenOver, older }: Tracked, written: RecentCandles): boolean =>
  [recent, takenOver, older].includes(written);

function compared(tracked: Tracked, written: RecentCandles): void {
  if (tracked.takenOver === written) tracked.takenOver = undefined;
  if (tracked.older === written) tracked.older = undefined;
}

function correct(
  { instrument, recent, sequence, outbox }: Tracked,
  written: RecentCandles,
  candle: Candle,
  { exchange, corrected }: VerifyOptions,
): void {
  const { openTime } = candle;
  const known = written.at(openTime);
  if (known === undefined || openTime >= (sequence.next ?? 0)) return;
  const before = known?.candle ?? null;
  const field = before && candleDifference(before, candle, exchange.capabilities);
  if (before !== null && field === undefined) return;
  const reason = reasonText(before, candle, field ?? undefined, known?.source);
  for (const kept of new Set([written, recent]))
    if (kept.at(openTime) !== undefined) kept.put(openTime, { candle, source: 'rest' });
  outbox.push([correctedRecord(instrument, candle, before, reason)]);
  corrected();
}

function reasonText(before: Candle | null, after: Candle, field: keyof Candle | undefined, source?: string): string {
  if (before === null) return 'REST has a candle of it now';
  if (source === 'synthetic') return 'REST has trades of it now';
  if (field === undefined) return 'REST says otherwise';
  return `REST says ${field} ${after[field]}, it was ${before[field]} (${source === 'stream' ? 'pushed' : 'fetched'})`;
}
