/**
 * One writer per data directory. The lock is an exclusive transaction on a tiny database of its own, so the operating
 * system frees it however the holder ends, kill -9 included. Who holds it stands in a text file beside it.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ScreenerError } from '@screener/errors';
import { isBusy, translateSqliteError } from './sqlite-errors.ts';

export interface DirectoryLock {
  release(): void;
}

export function lockDirectory(directory: string): DirectoryLock {
  const file = join(directory, 'log.lock');
  const holderFile = join(directory, 'log.holder');
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 0 });
    // No journal: nothing is ever written here, and a killed holder must leave nothing to recover.
    database.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
  } catch (thrown) {
    database?.close();
    if (!isBusy(thrown)) throw translateSqliteError(thrown, file);
    throw new ScreenerError('LOG_HELD', { directory, holder: readHolder(holderFile) }, { cause: thrown });
  }
  writeFileSync(holderFile, describeThisProcess());
  const held = database;
  return {
    release: () => {
      rmSync(holderFile, { force: true });
      held.exec('ROLLBACK');
      held.close();
    },
  };
}

function readHolder(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim() || 'another process';
  } catch {
    return 'another process';
  }
}

/** Program and subcommand only: further arguments may hold secrets. */
function describeThisProcess(): string {
  const [, script, command] = process.argv;
  const words = [basename(script ?? 'node'), ...(command !== undefined && /^[a-z-]+$/.test(command) ? [command] : [])];
  return `process ${process.pid} (${words.join(' ')})`;
}
