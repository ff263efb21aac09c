/** What the log already holds: the collector resumes from there and from nowhere else. */
import { decodeEvent, eventNameOf } from '@screener/events';
import type { Log } from '@screener/log';

export interface LogTail {
  /** Open time of the newest candle (or gap) by instrument. */
  readonly newest: ReadonlyMap<string, number>;
  /** Open time of the newest minute marker by partition. */
  readonly markers: ReadonlyMap<number, number>;
}

const topic = 'klines.closed';
const recordsFirst = 2_000;
const widening = 8;

/**
 * Reads partitions from near their ends, and further back only where an instrument that the log knows was not found.
 * Candles of an instrument are in order, so the last one seen in a stretch up to the end is the newest.
 */
export async function readLogTail(
  log: Log,
  wanted: ReadonlyMap<number, readonly string[]>,
  signal: AbortSignal,
): Promise<LogTail> {
  const newest = new Map<string, number>();
  const markers = new Map<number, number>();
  let open = await log.offsets(topic);
  for (let records = recordsFirst; open.length > 0; records *= widening) {
    const from = new Map(open.map(({ partition, beginning, end }) => [partition, Math.max(beginning, end - records)]));
    await readFrom(log, from, newest, markers, signal);
    open = open.filter(({ partition, beginning }) => {
      const atBeginning = from.get(partition) === beginning;
      return !atBeginning && (wanted.get(partition) ?? []).some((instrument) => !newest.has(instrument));
    });
  }
  return { newest, markers };
}

async function readFrom(
  log: Log,
  offsets: ReadonlyMap<number, number>,
  newest: Map<string, number>,
  markers: Map<number, number>,
  signal: AbortSignal,
): Promise<void> {
  const reader = log.reader({ topic, partitions: [...offsets.keys()], from: { offsets }, until: 'end' });
  for await (const batch of reader) {
    signal.throwIfAborted();
    for (const { key, value, partition } of batch) {
      if (value === null) continue;
      const name = eventNameOf(value);
      if (name !== 'KlineClosed' && name !== 'KlineGap' && name !== 'MinuteClosed') continue;
      const { event } = decodeEvent(value) as { event: { openTime: number } };
      if (name === 'MinuteClosed') markers.set(partition, Math.max(event.openTime, markers.get(partition) ?? 0));
      else if (key !== null) newest.set(key, Math.max(event.openTime, newest.get(key) ?? 0));
    }
  }
}
