/**
 * What the log has of the last day, beyond what is compared with REST every hour anyway: an exchange may put a candle right
 * later, even while no collector is there.
 */
import { setImmediate as othersFirst } from 'node:timers/promises';
import { decodeEvent, eventNameOf } from '@screener/events';
import type { Log } from '@screener/log';
import { MINUTE_MS } from '@screener/market';
import { RecentCandles, type WrittenCandle } from './recent-candles.ts';
import type { Tracked } from './tracked.ts';

/** A correction of what is older changes nobody's windows: the calculator revises no more. */
export const olderMinutesMax = 1_440;
/** Instruments that are read of a partition at a time: 127 kB each. */
export const olderAtOnceMax = 48;

export const olderPlace = (): RecentCandles => new RecentCandles(olderMinutesMax);

export interface OlderOptions {
  readonly log: Pick<Log, 'reader'>;
  readonly partition: number;
  readonly signal: AbortSignal;
}

interface Reading {
  readonly tracked: Tracked;
  readonly older: RecentCandles;
  /** Open time of the oldest minute that is compared anyway. */
  readonly until: number;
}

/** Gives each of them what the log has of it, in one of `places`, to be compared. Throws where the log cannot be read. */
export async function readOlderCandles(
  all: readonly Tracked[],
  places: readonly RecentCandles[],
  { log, partition, signal }: OlderOptions,
): Promise<void> {
  const readings = new Map<string, Reading>();
  for (const [index, tracked] of all.entries()) {
    const [older, until] = [places[index], tracked.recent.oldest];
    // What came with a take-over is compared first, and that may be the same minutes.
    if (older === undefined || until === undefined || tracked.takenOver !== undefined) continue;
    older.clear();
    readings.set(tracked.instrument, { tracked, older, until });
  }
  if (readings.size === 0) return;
  const newest = Math.max(...[...readings.values()].map(({ until }) => until));
  const from = { time: newest - olderMinutesMax * MINUTE_MS };
  for await (const batch of log.reader({ topic: 'klines.closed', partitions: [partition], from, until: 'end' })) {
    if (signal.aborted) return;
    for (const { key, value } of batch) {
      const reading = key === null ? undefined : readings.get(key);
      if (reading !== undefined && value !== null) put(reading, value);
    }
    await othersFirst();
  }
  if (signal.aborted) return;
  for (const { tracked, older } of readings.values()) {
    // Who was let go meanwhile is compared by nobody.
    if (older.newest !== undefined && !tracked.signal.aborted) tracked.older = older;
  }
}

function put({ older, until }: Reading, value: Uint8Array): void {
  if (eventNameOf(value) === undefined) return;
  const { type, event } = decodeEvent(value);
  if (type !== 'KlineClosed' && type !== 'KlineGap' && type !== 'KlineCorrected') return;
  const { openTime } = event;
  if (openTime >= until) return;
  let written: WrittenCandle | null = null;
  if (type === 'KlineClosed') {
    const { instrument: _, source, ...candle } = event;
    written = { candle, source };
  } else if (type === 'KlineCorrected') {
    // Of a minute that is not looked at.
    if (older.at(openTime) === undefined) return;
    const { instrument: _, source: __, previous: ___, reason: ____, ...candle } = event;
    written = { candle, source: 'rest' };
  }
  older.put(openTime, written);
}
