/** Sends what the supervised apps report, once a second, to the topic `heartbeats`. */
import { encodeEvent } from '@screener/events';
import type { Log } from '@screener/log';
import type { AppState } from './supervisor.ts';

export interface HeartbeatOptions {
  readonly log: Log;
  readonly states: () => readonly AppState[];
  readonly instance: string;
  readonly version: string;
  readonly now: () => number;
  readonly everyMs?: number;
}

export interface Heartbeats {
  stop(): Promise<void>;
}

export function startHeartbeats(options: HeartbeatOptions): Heartbeats {
  const { log, states, instance, version, now, everyMs = 1_000 } = options;
  const writer = log.writer();
  let underway: Promise<void> | undefined;

  const beat = async (): Promise<void> => {
    const at = now();
    await writer.append(
      states().map((state) => ({
        topic: 'heartbeats',
        key: `${state.name}/${instance}`,
        timestamp: at,
        value: encodeEvent('Heartbeat', {
          app: state.name,
          instance,
          version,
          startedAt: state.startedAt,
          at,
          status: state.status,
          text: state.text,
          numbers: state.numbers,
        }),
      })),
    );
  };
  const tick = (): void => {
    // One at a time: a slow log delays heartbeats instead of piling them up. A lost one is followed by the next.
    underway ??= beat()
      .catch(() => undefined)
      .finally(() => {
        underway = undefined;
      });
  };
  const timer = setInterval(tick, everyMs);
  tick();
  return {
    async stop() {
      clearInterval(timer);
      await underway;
      await beat().catch(() => undefined);
      await writer.close();
    },
  };
}
