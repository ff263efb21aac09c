/** The bounded wait for partitions: looks at the clock, which tasks cannot, and puts what it saw into the log. */
import { encodeEvent } from '@screener/events';
import type { NewRecord } from '@screener/log';
import { MINUTE_MS } from '@screener/market';
import type { MarketWaiting } from './market-task.ts';

/** So long without a part of them before the partitions that lack are no longer waited for: longer than a take-over. */
export const overdueAfterMs = 30_000;
/** While an absence is made up for: the collector gives a partition a minute before its markers go without what is still being fetched. */
export const overdueAfterMsBehind = 120_000;
/** Minutes that wait so far apart were not closed as they came: an absence is being made up for. */
const behindMsMin = 2 * MINUTE_MS;

export interface MarketWatchOptions {
  /** undefined: no minute waits, or another instance closes them. */
  readonly waiting: () => MarketWaiting | undefined;
  readonly now: () => number;
  readonly append: (records: readonly NewRecord[]) => Promise<void>;
}

/** The function returned is to be called again and again. */
export function createMarketWatch({ waiting, now, append }: MarketWatchOptions): () => Promise<void> {
  let seen: MarketWaiting | undefined;
  let since = 0;
  return async () => {
    const found = waiting();
    if (found === undefined || found.oldest !== seen?.oldest || found.progress !== seen.progress) {
      seen = found;
      since = now();
      return;
    }
    const isBehind = found.newest - found.oldest >= behindMsMin;
    if (now() - since < (isBehind ? overdueAfterMsBehind : overdueAfterMs)) return;
    since = now();
    const openTime = found.delivered;
    const value = encodeEvent('MinuteOverdue', { openTime });
    await append([{ topic: 'market.parts', partition: 0, key: 'overdue', timestamp: openTime + 59_999, value }]);
  };
}
