/** How far backfills have come, as the topic `backfills` says it, and the records that say it. */
import { type BackfillAdvanced, decodeAs, encodeEvent } from '@screener/events';
import type { Log, NewRecord } from '@screener/log';
import { MINUTE_MS } from '@screener/market';
import type { HistoryEvent } from './history-sequence.ts';

export const historyTopic = 'klines.history';
export const progressTopic = 'backfills';

/** The stretches of each instrument, by the beginning of each. */
export type Progress = ReadonlyMap<string, readonly BackfillAdvanced[]>;

/** `partitions`: default all. */
export async function readProgress(log: Log, partitions?: readonly number[]): Promise<Progress> {
  const byInstrument = new Map<string, Map<number, BackfillAdvanced>>();
  const where = partitions === undefined ? {} : { partitions };
  for await (const batch of log.reader({ topic: progressTopic, from: 'beginning', until: 'end', ...where })) {
    for (const { value } of batch) {
      if (value === null) continue;
      const stretch = decodeAs('BackfillAdvanced', value);
      const stretches = byInstrument.get(stretch.instrument) ?? new Map<number, BackfillAdvanced>();
      byInstrument.set(stretch.instrument, stretches.set(stretch.from, stretch));
    }
  }
  return new Map([...byInstrument].map(([instrument, stretches]) => [instrument, [...stretches.values()]]));
}

/** Candles and how far they go belong into one append: it is all or nothing. */
export function recordsOf(
  partition: number,
  events: readonly HistoryEvent[],
  progress: BackfillAdvanced,
): readonly NewRecord[] {
  const { instrument, from, next } = progress;
  const candles = events.map(({ type, event }): NewRecord => {
    const value = type === 'KlineClosed' ? encodeEvent(type, event) : encodeEvent(type, event);
    return { topic: historyTopic, partition, key: instrument, timestamp: event.openTime + MINUTE_MS - 1, value };
  });
  const value = encodeEvent('BackfillAdvanced', progress);
  return [...candles, { topic: progressTopic, partition, key: `${instrument}/${from}`, timestamp: next - 1, value }];
}
