/** The bounded wait for partitions: looks at the clock, which tasks cannot, and puts what it saw into the log. */
import { encodeEvent } from '@screener/events';
import type { NewRecord } from '@screener/log';
import type { MarketWaiting } from './market-task.ts';

/** So long without any part before the partitions that lack are no longer waited for: longer than a take-over. */
export const overdueAfterMs = 30_000;

export interface MarketWatchOptions {
  /** undefined: no minute waits, or another instance closes them. */
  readonly waiting: () => MarketWaiting | undefined;
  readonly now: () => number;
  readonly append: (records: readonly NewRecord[]) => Promise<void>;
}

/** The function returned is to be called again and again. */
export function createMarketWatch({ waiting, now, append }: MarketWatchOptions): () => Promise<void> {
  let records: number | undefined;
  let since = 0;
  return async () => {
    const found = waiting();
    if (found?.records !== records) {
      records = found?.records;
      since = now();
      return;
    }
    if (found === undefined || now() - since < overdueAfterMs) return;
    const { openTime } = found;
    since = now();
    const value = encodeEvent('MinuteOverdue', { openTime });
    await append([{ topic: 'market.parts', partition: 0, key: 'overdue', timestamp: openTime + 59_999, value }]);
  };
}
