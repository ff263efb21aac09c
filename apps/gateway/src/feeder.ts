/** Reads one topic into a view: first what the log held at the start, then what comes. */
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { ScreenerError } from '@screener/errors';
import { type AnyEvent, decodeEvent, learnSchemas, UndecodableEvent } from '@screener/events';
import type { Log, LogRecord, Position, Reader } from '@screener/log';
import type { Logger } from '@screener/service';

export interface FeederOptions {
  readonly log: Log;
  readonly logger: Logger;
  readonly topic: string;
  /** 'end': there is nothing to catch up with. A function is asked when reading begins. */
  readonly from: Position | (() => Promise<Position>);
  readonly apply: (event: AnyEvent, record: LogRecord) => void;
  /** A tombstone of a compacted topic. */
  readonly remove?: (key: string) => void;
}

export interface Feeder {
  readonly topic: string;
  /** Resolves when what the log held at the start is read; rejects with `failed`. */
  readonly caughtUp: Promise<void>;
  /** Rejects when the log cannot be read any more; never resolves. */
  readonly failed: Promise<never>;
  /** Events read so far. */
  readonly read: number;
  close(): Promise<void>;
}

export function startFeeder(options: FeederOptions): Feeder {
  const { log, topic, logger } = options;
  const closing = new AbortController();
  let closed = false;
  let reader: Reader | undefined;
  let read = 0;
  let undecodable = 0;
  const caughtUp = Promise.withResolvers<void>();
  const failed = Promise.withResolvers<never>();
  // Whoever waits for neither must not end the process; the app watches `failed`.
  caughtUp.promise.catch(() => {});
  failed.promise.catch(() => {});

  const applyOne = (record: LogRecord): void => {
    if (record.value === null) {
      if (record.key !== null) options.remove?.(record.key);
      return;
    }
    try {
      options.apply(decodeEvent(record.value), record);
      read++;
    } catch (cause) {
      if (!(cause instanceof UndecodableEvent)) throw cause;
      // One bad record must not hide the good ones; the first of them is worth a line.
      if (undecodable++ === 0) {
        logger.warn(`${topic} partition ${record.partition} offset ${record.offset}: ${cause.message}; left out`);
      }
    }
  };
  const readAll = async (from: Position, until?: 'end'): Promise<ReadonlyMap<number, number>> => {
    if (closed) return new Map();
    reader = log.reader({ topic, from, ...(until && { until }) });
    for await (const batch of reader) {
      if (closed) break;
      await learnPatiently(batch, options, closing.signal);
      for (const record of batch) applyOne(record);
      // Catching up must not keep clients waiting: after each batch they have their turn.
      await setImmediate();
    }
    return reader.positions();
  };
  const run = async (): Promise<void> => {
    const from = typeof options.from === 'function' ? await options.from() : options.from;
    if (from === 'end') {
      caughtUp.resolve();
      await readAll(from);
    } else {
      const offsets = await readAll(from, 'end');
      caughtUp.resolve();
      await readAll({ offsets });
    }
    if (!closed) throw new Error(`reading ${topic} ended by itself`);
  };
  const running = run().catch((cause: unknown) => {
    if (closed) return;
    caughtUp.reject(cause);
    failed.reject(cause);
  });
  return {
    topic,
    caughtUp: caughtUp.promise,
    failed: failed.promise,
    get read() {
      return read;
    },
    async close() {
      closed = true;
      closing.abort();
      await reader?.close();
      await running;
    },
  };
}

const REGISTRY_RETRY_MS = 1_000;

/** A registry that does not answer is waited for: what only it explains must not be left out. */
async function learnPatiently(batch: readonly LogRecord[], options: FeederOptions, signal: AbortSignal): Promise<void> {
  for (let attempts = 0; !signal.aborted; attempts++) {
    try {
      return await learnSchemas(batch);
    } catch (cause) {
      if (!(cause instanceof ScreenerError && cause.retryable)) throw cause;
      if (attempts === 0) options.logger.warn(`${options.topic} stands still: ${cause.message}`);
      await sleep(REGISTRY_RETRY_MS, undefined, { signal }).catch(() => {});
    }
  }
}

/** Records looked at per partition to find how new a topic is: enough to see past transaction markers. */
const NEWEST_RECORDS = 50;

/** Position `lookbackMs` before the newest record of the topic (not before now: a simulation may run in the past). */
export async function positionBeforeNewest(log: Log, topic: string, lookbackMs: number): Promise<Position> {
  const tails = new Map<number, number>();
  for (const { partition, beginning, end } of await log.offsets(topic)) {
    if (end > beginning) tails.set(partition, Math.max(beginning, end - NEWEST_RECORDS));
  }
  if (tails.size === 0) return 'beginning';
  let newestMs = 0;
  const reader = log.reader({ topic, partitions: [...tails.keys()], from: { offsets: tails }, until: 'end' });
  for await (const batch of reader) for (const record of batch) newestMs = Math.max(newestMs, record.timestamp);
  return newestMs === 0 ? 'beginning' : { time: newestMs - lookbackMs };
}
