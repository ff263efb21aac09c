/** Closed candles and alerts from the log into PostgreSQL, each row exactly once. */
import { reasonOf, ScreenerError } from '@screener/errors';
import type { Member } from '@screener/log';
import type { App, AppContext, RunningApp } from '@screener/service';
import { checkInput, databaseError, migrate, openDatabase, type Pool, whereOf } from '@screener/storage';
import { alertsFeed, type Feed, historyFeed, klinesFeed } from './feed.ts';
import { createSinkTask, type SinkObserver } from './sink-task.ts';

const feeds: readonly Feed[] = [klinesFeed, historyFeed, alertsFeed];

/** A flood of bad records must not become a flood of lines. */
const REJECTIONS_SHOWN_MAX = 20;

export const sinkApp: App = { name: 'sink', start };

async function start(context: AppContext): Promise<RunningApp> {
  const { log, logger, settings } = context;
  const url = settings.DATABASE_URL;
  if (url === undefined) {
    throw new ScreenerError('SETTING_INVALID', {
      setting: 'DATABASE_URL',
      found: '',
      expected: 'a postgres:// address',
      example: 'postgres://user:password@localhost:5432/screener',
    });
  }
  const where = whereOf(url);
  const giveUpWaiting = new AbortController();
  const { signal } = giveUpWaiting;
  const { promise: failed, reject } = Promise.withResolvers<never>();
  failed.catch(() => {}); // The supervisor may not be listening yet.
  const observer = observe(context, reject);
  const members: Member[] = [];
  let pool: Pool | undefined;
  context.report('starting', `waiting for the database at ${where}`);
  const { promise: mustWait, resolve: waits } = Promise.withResolvers<void>();
  const notify = (text: string): void => {
    logger.warn(text);
    if (pool === undefined) context.report('degraded', text);
    waits();
  };
  const open = async (): Promise<void> => {
    const opened = await openDatabase({ url, notify, signal, readyWithinMs: Number.POSITIVE_INFINITY });
    if (signal.aborted) return opened.end();
    pool = opened;
    await prepare(context, pool, where);
    for (const feed of feeds) {
      const parts = { pool, where, feed, observer, owner: context.instance, signal };
      const member = await log.consumer({
        group: feed.group,
        input: feed.topic,
        task: (partition) => createSinkTask({ ...parts, partition }),
      });
      members.push(member);
      member.failed.catch(reject);
    }
    context.report('running', `writing to ${where}`, { rows: 0, lagMs: 0, rejected: 0 });
  };
  const opening = open();
  const stop = async (): Promise<void> => {
    giveUpWaiting.abort();
    // Whoever still knocks at a database that does not answer has nothing to finish.
    if (pool !== undefined) await opening.catch(() => {});
    // A member whose last write was given up has nothing left to save: the next owner reads it again.
    const closed = await Promise.allSettled(members.map((member) => member.close()));
    for (const outcome of closed) {
      if (outcome.status === 'rejected') logger.debug(`while stopping: ${reasonOf(outcome.reason)}`);
    }
    await pool?.end();
  };
  try {
    // A database that does not answer holds up nobody: the other apps start, and this one goes on when it is there.
    await Promise.race([opening, mustWait]);
  } catch (cause) {
    await stop();
    throw cause;
  }
  opening.catch(reject);
  return { failed, stop };
}

/** Tables as this version needs them, in a database that follows this log. */
async function prepare({ log, logger }: AppContext, pool: Pool, where: string): Promise<void> {
  for (const name of await migrate(pool)) logger.info(`migration ${name} applied`);
  const topics = await log.describeTopics();
  try {
    for (const { group, topic } of feeds) {
      const topicId = topics.find(({ name }) => name === topic)?.topicId;
      if (topicId === undefined) throw new ScreenerError('TOPIC_MISSING', { topic, where: log.cluster });
      await checkInput(pool, { consumer: group, topic, topicId, cluster: log.cluster });
    }
  } catch (cause) {
    throw databaseError(cause, where);
  }
}

function observe({ logger, report, now }: AppContext, giveUp: (cause: unknown) => void): SinkObserver {
  let trouble: string | undefined;
  const rows: Record<string, number> = Object.fromEntries(feeds.map(({ target }) => [target.table, 0]));
  let rejected = 0;
  let lagMs = 0;
  const say = (): void => {
    const total = Object.values(rows).reduce((sum, count) => sum + count, 0);
    const counts = Object.entries(rows).map(([table, count]) => `${count} ${table}`);
    const numbers = { ...rows, rows: total, lagMs, rejected };
    if (trouble === undefined) report('running', `wrote ${counts.join(', ')}`, numbers);
    else report('degraded', trouble, numbers);
  };
  return {
    written(feed, count, newest) {
      rows[feed.target.table] = (rows[feed.target.table] ?? 0) + count;
      // Of an accelerated simulation the newest candle may lie ahead of the clock.
      if (newest && !feed.ofThePast) lagMs = Math.max(0, now() - newest.timestamp);
      say();
    },
    rejected(feed, { record, cause }) {
      rejected++;
      if (rejected > REJECTIONS_SHOWN_MAX) return;
      const place = `${feed.topic} partition ${record.partition} offset ${record.offset}`;
      const last = rejected === REJECTIONS_SHOWN_MAX ? '; further ones are only counted' : '';
      logger.warn(`no row for ${place}: ${reasonOf(cause)}${last}`);
    },
    troubled(failure) {
      if (trouble === undefined) logger.warn(`${failure.message}; the sink waits for it`);
      trouble = failure.message;
      say();
    },
    answered() {
      if (trouble === undefined) return;
      trouble = undefined;
      logger.info('the database is back');
      say();
    },
    gaveUp: giveUp,
  };
}
