/**
 * Fetches over REST what one instrument lacks: its history at first sight, what passed while we were away, a hole in
 * the stream. One fetch at a time per instrument; a failing one is tried again later and holds up nobody else.
 */
import { reasonOf } from '@screener/errors';
import type { Exchange } from '@screener/exchanges';
import { type Candle, MINUTE_MS } from '@screener/market';
import type { Logger } from '@screener/service';
import type { KlineSequence, SequencedCandle } from './kline-sequence.ts';

export interface Tracked {
  readonly instrument: string;
  readonly symbol: string;
  readonly partition: number;
  readonly listedAt: number | null;
  readonly sequence: KlineSequence;
  /** Caught up once since the start: from then on a lack is a hole. */
  primed: boolean;
  /** Markers wait for it from this minute on; undefined until it is primed for the first time ever. */
  expectedFrom: number | undefined;
  fetching: boolean;
  /** Wall clock since when it lacks a minute. */
  lackingSince: number | undefined;
  /** Wall clock before which nothing is tried. */
  retryAt: number;
  failures: number;
  /** How often a minute was asked for in vain. */
  vain: number;
}

export interface CatchUpOptions {
  readonly exchange: Exchange;
  readonly logger: Logger;
  readonly now: () => number;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** At first sight so many closed minutes are fetched. */
  readonly primeMinutes: number;
  readonly room: () => Promise<void>;
  readonly write: (tracked: Tracked, candles: readonly SequencedCandle[], fetched: boolean) => void;
  readonly gap: (tracked: Tracked, openTimes: readonly number[]) => void;
}

/** A minute that REST does not have after so many tries, although a later one is known, is a gap. */
const vainMax = 3;
const retryMsFirst = 1_000;
const retryMsMax = 60_000;

/** `to`: open time of the newest minute that is certainly closed. Never throws. */
export async function catchUp(tracked: Tracked, to: number, options: CatchUpOptions): Promise<void> {
  const { exchange, signal, room, write, now } = options;
  const { sequence, symbol } = tracked;
  const priority = tracked.primed ? 'repair' : 'prime';
  tracked.fetching = true;
  try {
    const from = sequence.next ?? firstMinute(tracked, to, options.primeMinutes);
    const offer = (candles: readonly Candle[]): void => {
      const [first] = candles;
      if (sequence.next === undefined && first !== undefined) write(tracked, sequence.start(first.openTime), true);
      write(
        tracked,
        candles.flatMap((candle) => sequence.offer(candle, 'rest')),
        true,
      );
    };
    if (from <= to) {
      for await (const page of exchange.klines({ symbol, from, to, priority, signal })) {
        await room();
        if (signal.aborted) return;
        offer(page);
      }
    }
    if (sequence.next === undefined) write(tracked, sequence.start(Math.max(from, to + MINUTE_MS)), false);
    settle(tracked, to, options);
  } catch (cause) {
    if (signal.aborted) return;
    tracked.failures++;
    tracked.retryAt = now() + retryMs(tracked.failures, options.random);
    options.logger.warn(`${symbol} cannot be fetched: ${reasonOf(cause)}`, { cause });
  } finally {
    tracked.fetching = false;
  }
}

function settle(tracked: Tracked, to: number, { gap, write, now, random }: CatchUpOptions): void {
  const { sequence } = tracked;
  tracked.failures = 0;
  if (sequence.next === undefined || sequence.next > to) {
    tracked.vain = 0;
    tracked.primed = true;
    tracked.expectedFrom ??= sequence.next;
    return;
  }
  tracked.vain++;
  tracked.retryAt = now() + retryMs(tracked.vain, random);
  if (tracked.vain < vainMax) return;
  const { gaps, released } = sequence.giveUp();
  if (gaps.length === 0) return; // nothing later is known: it may yet come
  gap(tracked, gaps);
  write(tracked, released, true);
  tracked.vain = 0;
  tracked.retryAt = 0;
}

function firstMinute({ listedAt }: Tracked, to: number, primeMinutes: number): number {
  const listed = Math.ceil((listedAt ?? 0) / MINUTE_MS) * MINUTE_MS;
  return Math.max(to - (primeMinutes - 1) * MINUTE_MS, listed);
}

const retryMs = (failures: number, random: () => number): number =>
  Math.min(retryMsMax, retryMsFirst * 2 ** (failures - 1)) * (0.5 + random() / 2);
