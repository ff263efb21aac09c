/**
 * One partition into the database. Each batch is one transaction:
 *   1. move the offset (fences: only the newest owner can, and only from where it stands),
 *   2. COPY the rows,
 *   3. say what became of rows: an alert's amendment comes after the alert, in the same partition,
 *   4. commit.
 * A database that is away is waited for: nothing is read meanwhile, so nothing piles up and nothing is lost. The wait of one
 * call is bounded, because the group cannot give the partition to another member before it ends. When the answer
 * to a commit got lost, step 1 of the repetition finds the offset moved by ourselves and knows that it succeeded.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ScreenerError } from '@screener/errors';
import { learnSchemas } from '@screener/events';
import type { ExternalTask, LogRecord } from '@screener/log';
import {
  advanceInput,
  databaseError,
  type InputOwnership,
  mergeLines,
  type Pool,
  takeInput,
  transaction,
  updateAlerts,
} from '@screener/storage';
import { type Feed, type Rejection, writesOf } from './feed.ts';

export interface SinkObserver {
  written(feed: Feed, rows: number, newest: LogRecord | undefined): void;
  rejected(feed: Feed, rejection: Rejection): void;
  /** The database is away; we try again. */
  troubled(failure: ScreenerError): void;
  /** The database did what it was asked. */
  answered(): void;
  /** The task gives up, and the app should. */
  gaveUp(failure: ScreenerError): void;
}

export interface SinkTaskOptions {
  readonly pool: Pool;
  /** Host, port and name of the database, for messages. */
  readonly where: string;
  readonly feed: Feed;
  readonly partition: number;
  /** Who we are, for people who look into the table of offsets. */
  readonly owner: string;
  /** Ends the waiting for a database that is away. */
  readonly signal: AbortSignal;
  readonly observer: SinkObserver;
}

const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 2_000;
/** Then the call fails, and the log takes the partition over again, with a back-off of its own. */
const PATIENCE_MS = 10_000;

export function createSinkTask(options: SinkTaskOptions): ExternalTask {
  const { pool, feed, owner, observer } = options;
  let ownership: InputOwnership | undefined;
  return {
    async load(input) {
      ownership = await patiently(options, () => takeInput(pool, { consumer: feed.group, ...input }, owner));
      return ownership.nextOffset;
    },
    async write(records, nextOffset) {
      const current = ownership;
      if (current === undefined) throw new Error('write before load');
      // Where the registry does not answer nobody knows what the records are: the log takes the partition over again.
      await learnSchemas(records);
      const { lines, updates, rejections } = writesOf(feed, records);
      for (const rejection of rejections) observer.rejected(feed, rejection);
      await patiently(options, () =>
        transaction(pool, async (client) => {
          if ((await advanceInput(client, current, nextOffset)) === 'already') return;
          await mergeLines(client, feed.target, lines);
          await updateAlerts(client, updates);
        }),
      );
      ownership = { ...current, nextOffset };
      observer.written(feed, lines.length, records.at(-1));
    },
  };
}

async function patiently<T>(options: SinkTaskOptions, attempt: () => Promise<T>): Promise<T> {
  const { observer, signal, where } = options;
  const deadline = performance.now() + PATIENCE_MS;
  for (let delayMs = FIRST_RETRY_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_RETRY_MS)) {
    try {
      const result = await attempt();
      observer.answered();
      return result;
    } catch (cause) {
      const failure = databaseError(cause, where);
      if (failure.code !== 'DATABASE_UNREACHABLE' || signal.aborted) {
        if (!failure.retryable) observer.gaveUp(failure);
        throw failure;
      }
      observer.troubled(failure);
      await sleep(delayMs, undefined, { signal }).catch(() => {});
      if (signal.aborted || performance.now() > deadline) throw failure;
    }
  }
}
