/** Sends what the supervised apps report, once a second, to the topic `heartbeats`. */
import { reasonOf } from '@screener/errors';
import { encodeEvent } from '@screener/events';
import type { Log } from '@screener/log';
import { startPolling } from './polling.ts';
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
  /** Whether the log takes what is written: each heartbeat is a look at that, and costs nothing more. */
  logCheck(): Check;
  stop(): Promise<void>;
}

/** One thing that health depends on. */
export interface Check {
  readonly ok: boolean;
  /** One line for people. */
  readonly text: string;
}

/** A log that acknowledged nothing for so long cannot be reached. */
const LOG_SILENT_MS = 10_000;

export function startHeartbeats(options: HeartbeatOptions): Heartbeats {
  const { log, states, instance, version, now, everyMs = 1_000 } = options;
  const writer = log.writer();
  let acknowledgedAt = now();
  let trouble: string | undefined;

  const beat = async (): Promise<void> => {
    const at = now();
    const known = states();
    if (known.length === 0) return;
    await writer.append(
      known.map((state) => ({
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
    acknowledgedAt = at;
    trouble = undefined;
  };
  // A lost heartbeat is followed by the next.
  const polling = startPolling({
    everyMs,
    look: beat,
    failed: (cause) => {
      trouble = reasonOf(cause);
    },
  });
  return {
    logCheck() {
      const silentMs = now() - acknowledgedAt;
      if (silentMs <= LOG_SILENT_MS) return { ok: true, text: `the ${log.engine} log takes what is written` };
      const silence = `the ${log.engine} log acknowledged nothing for ${Math.round(silentMs / 1_000)} s`;
      return { ok: false, text: trouble === undefined ? silence : `${silence}: ${trouble}` };
    },
    async stop() {
      await polling.stop();
      await beat().catch(() => undefined);
      await writer.close();
    },
  };
}
