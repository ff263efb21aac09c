/** A lock between processes: a file that its holder touches while it lives. */
import {
  appendFileSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';

const me = `${hostname()}:${process.pid}`;
const touchMs = 1_000;
/** Untouched for this long, a lock is nobody's, even where its processes seem to live: their ids may have been given anew. */
const staleMs = 120_000;
const lookAgainMs = 200;

/**
 * @template T
 * @param {string} file
 * @param {(holder: string) => void} waiting told once when somebody else has the lock
 * @param {(alsoHeldBy: (pid: number) => void) => Promise<T>} work may name processes that hold the lock should this one die
 * @returns {Promise<T>}
 */
export async function withLock(file, waiting, work) {
  mkdirSync(dirname(file), { recursive: true });
  let told = false;
  while (!take(file)) {
    if (seizeStale(file)) continue;
    if (!told) {
      told = true;
      waiting(read(file));
    }
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  }
  const touching = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(file, now, now);
    } catch {
      // Gone: somebody deleted the folder. The work goes on, it is only no longer protected.
    }
  }, touchMs);
  const release = () => {
    clearInterval(touching);
    if (read(file).startsWith(`${me} `)) remove(file);
  };
  process.once('exit', release);
  try {
    return await work((pid) => appendFileSync(file, `${hostname()}:${pid} `));
  } finally {
    process.off('exit', release);
    release();
  }
}

function take(file) {
  try {
    const handle = openSync(file, 'wx');
    writeSync(handle, `${me} `);
    closeSync(handle);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a dead holder's lock away. What was moved is checked, since between look and move it may have become a live one. */
function seizeStale(file) {
  const seen = stat(file);
  if (seen === undefined) return true;
  if (Date.now() - seen.mtimeMs < staleMs && !areDead(read(file))) return false;
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return true;
  }
  const moved = stat(aside);
  if (moved?.ino !== seen.ino || moved.mtimeMs !== seen.mtimeMs) {
    try {
      linkSync(aside, file);
    } catch {
      // Taken anew meanwhile; then that one counts.
    }
  }
  remove(aside);
  return true;
}

/** Only certain within one machine and one container; elsewhere the touching decides. */
function areDead(holders) {
  const pids = holders
    .trim()
    .split(' ')
    .map((holder) => holder.split(':'));
  return pids.every(([host, pid]) => host === hostname() && isDead(Number(pid)));
}

function isDead(pid) {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function stat(file) {
  return statSync(file, { throwIfNoEntry: false });
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function remove(file) {
  try {
    unlinkSync(file);
  } catch {
    // Already gone.
  }
}
