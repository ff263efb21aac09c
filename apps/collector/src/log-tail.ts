/** What a partition of the log already holds: the collector resumes from there and from nowhere else. */
import { decodeEvent, eventNameOf } from '@screener/events';
import type { Log } from '@screener/log';
import type { Source } from './kline-sequence.ts';
import { recentMinutesMax, type WrittenCandle } from './recent-candles.ts';

export interface LogTail {
  /** Open time of the newest candle (or gap) by instrument. */
  readonly newest: ReadonlyMap<string, number>;
  /** The last minutes by instrument, corrections applied, in order. */
  readonly recent: ReadonlyMap<string, ReadonlyMap<number, WrittenCandle | null>>;
  /** Open time of the newest minute marker. */
  readonly marker: number | undefined;
  /** Records of minutes that cannot have been yet: nothing goes on from there. */
  readonly fromTheFuture: number;
}

const topic = 'klines.closed';
/** Enough for the last minutes of those wanted; and further back, only for those that were not found. */
const recordsFirst = 12_000;
const recordsEachFirst = recentMinutesMax + (recentMinutesMax >> 2);
const widening = 8;

export interface TailRange {
  readonly partition: number;
  /** Open time of the newest minute that can have been. */
  readonly notAfter: number;
}

/**
 * Reads from near the end, and further back only where an instrument that the log knows was not found. Candles of an
 * instrument are in order, so the last one seen in a stretch up to the end is the newest.
 */
export async function readLogTail(
  log: Log,
  { partition, notAfter }: TailRange,
  wanted: readonly string[],
  signal: AbortSignal,
): Promise<LogTail> {
  const offsets = (await log.offsets(topic)).find((one) => one.partition === partition);
  const { beginning = 0, end = 0 } = offsets ?? {};
  for (let records = Math.max(recordsFirst, wanted.length * recordsEachFirst); ; records *= widening) {
    const from = Math.max(beginning, end - records);
    const tail = await readFrom(log, { partition, notAfter }, from, signal);
    if (from === beginning || wanted.every((instrument) => tail.newest.has(instrument))) return tail;
  }
}

async function readFrom(
  log: Log,
  { partition, notAfter }: TailRange,
  from: number,
  signal: AbortSignal,
): Promise<LogTail> {
  const newest = new Map<string, number>();
  const recent = new Map<string, Map<number, WrittenCandle | null>>();
  let marker: number | undefined;
  let fromTheFuture = 0;
  const put = (instrument: string, openTime: number, written: WrittenCandle | null): void => {
    const minutes = recent.get(instrument) ?? new Map<number, WrittenCandle | null>();
    recent.set(instrument, minutes);
    minutes.set(openTime, written);
    if (minutes.size <= recentMinutesMax) return;
    for (const oldest of minutes.keys()) {
      minutes.delete(oldest);
      break;
    }
  };
  const offsets = new Map([[partition, from]]);
  for await (const batch of log.reader({ topic, partitions: [partition], from: { offsets }, until: 'end' })) {
    signal.throwIfAborted();
    for (const { value } of batch) {
      if (value === null || eventNameOf(value) === undefined) continue;
      const { type, event } = decodeEvent(value);
      if ('openTime' in event && typeof event.openTime === 'number' && event.openTime > notAfter) {
        fromTheFuture++;
        continue;
      }
      if (type === 'MinuteClosed') marker = Math.max(event.openTime, marker ?? 0);
      else if (type === 'KlineGap') {
        put(event.instrument, event.openTime, null);
        newest.set(event.instrument, Math.max(event.openTime, newest.get(event.instrument) ?? 0));
      } else if (type === 'KlineClosed') {
        const { instrument, source, ...candle } = event;
        put(instrument, event.openTime, { candle, source: source satisfies Source });
        newest.set(instrument, Math.max(event.openTime, newest.get(instrument) ?? 0));
      } else if (type === 'KlineCorrected') {
        const { instrument, source: _, previous: __, reason: ___, ...candle } = event;
        if (recent.get(instrument)?.has(event.openTime)) put(instrument, event.openTime, { candle, source: 'rest' });
      }
    }
  }
  return { newest, recent, marker, fromTheFuture };
}

/** Which bars of which instruments are in the log, as `instrument/interval`. */
export async function readBarsPrimed(log: Log, partition: number, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  const partitions = [partition];
  for await (const batch of log.reader({ topic: 'bars.primed', partitions, from: 'beginning', until: 'end' })) {
    signal.throwIfAborted();
    for (const { key, value } of batch) if (key !== null && value !== null) keys.add(key);
  }
  return keys;
}
