/** Follows klines.live while a test runs: the topic itself keeps only the newest of each instrument. */
import { decodeAs, type KlineLive } from '@screener/events';
import type { Log } from '@screener/log';

export interface LiveFollower {
  readonly seen: readonly KlineLive[];
  close(): Promise<void>;
}

export function followLive(log: Log): LiveFollower {
  const seen: KlineLive[] = [];
  const reader = log.reader({ topic: 'klines.live', from: 'beginning' });
  const following = (async () => {
    for await (const batch of reader) {
      for (const { value } of batch) if (value !== null) seen.push(decodeAs('KlineLive', value));
    }
  })();
  return {
    seen,
    async close() {
      await reader.close();
      await following;
    },
  };
}
