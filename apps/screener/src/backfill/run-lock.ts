/**
 * One backfill at a time per embedded log: two would fetch the same history and write it twice. The lock is an exclusive
 * transaction on a tiny database of its own, so that the operating system frees it however the holder ends.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ScreenerError } from '@screener/errors';

export interface RunLock {
  release(): void;
}

/** SQLITE_BUSY */
const BUSY = 5;

export function lockBackfill(directory: string): RunLock {
  const file = join(directory, 'backfill.lock');
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    // No journal: nothing is ever written here.
    database.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    if ((cause as { errcode?: number }).errcode !== BUSY) throw cause;
    throw new ScreenerError('BACKFILL_HELD', { directory }, { cause });
  }
  return {
    release: () => {
      database.exec('ROLLBACK');
      database.close();
    },
  };
}
