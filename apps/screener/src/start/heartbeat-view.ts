/** Reports of apps in other processes, folded from the topic `heartbeats`. */
import { decodeAs } from '@screener/events';
import type { Log } from '@screener/log';
import type { AppReport } from './status-line.ts';

export interface HeartbeatView {
  reports(): readonly AppReport[];
  stop(): Promise<void>;
}

/** A report older than this says nothing about now. */
const STALE_MS = 5_000;

export function followHeartbeats(log: Log, now: () => number, onError: (cause: unknown) => void): HeartbeatView {
  const reader = log.reader({ topic: 'heartbeats', from: 'end' });
  const latest = new Map<string, AppReport & { readonly at: number }>();
  const reading = (async () => {
    for await (const batch of reader) {
      for (const { value } of batch) {
        if (value === null) continue;
        const { app, instance, status, text, numbers, at } = decodeAs('Heartbeat', value);
        latest.set(`${app}/${instance}`, { name: app, status, text, numbers, at, crashes: 0 });
      }
    }
  })();
  reading.catch(onError);
  return {
    reports() {
      for (const [key, { at }] of latest) {
        if (now() - at >= STALE_MS) latest.delete(key);
      }
      return [...latest.values()];
    },
    async stop() {
      await reader.close();
      await reading.catch(() => undefined);
    },
  };
}
