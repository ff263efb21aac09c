/** Makes the database files once. They appear under their final name only when complete: a half-made set is never taken. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ScreenerError } from '@screener/errors';
import { type Binaries, lastLineOf, MAJOR_VERSION } from './binaries.ts';
import { exists, type Home } from './home.ts';

export const USER = 'screener';

/** Nothing of the caller's environment (PGDATA, LC_*, ...) may change what the server does. */
export const serverEnvironment: NodeJS.ProcessEnv = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

const PASSWORD_BYTES = 24;
const UNFINISHED = 'data.unfinished-';
const OWNER_ONLY = 0o600;
const run = promisify(execFile);

export async function initialiseOnce(home: Home, binaries: Binaries, notify: (text: string) => void): Promise<void> {
  await removeUnfinished(home.directory);
  if (await exists(home.data)) return checkData(home);
  notify(`preparing a new PostgreSQL database in ${home.directory}`);
  // A name of its own: an initdb that outlived a killed supervisor may still be writing into an older one.
  const unfinished = join(home.directory, `${UNFINISHED}${randomBytes(4).toString('hex')}`);
  const passwordForInitdb = `${unfinished}.password`;
  const { uid, gid } = home.user ?? {};
  const give = async (path: string) => uid !== undefined && gid !== undefined && (await chown(path, uid, gid));
  try {
    const password = randomBytes(PASSWORD_BYTES).toString('base64url');
    await writeFile(home.passwordFile, `${password}\n`, { mode: OWNER_ONLY });
    await writeFile(passwordForInitdb, `${password}\n`, { mode: OWNER_ONLY });
    await mkdir(unfinished, { mode: 0o700 });
    await give(passwordForInitdb);
    await give(unfinished);
    const options = [
      ['-D', unfinished, '-U', USER, '--pwfile', passwordForInitdb, '--auth', 'scram-sha-256', '-E', 'UTF8'],
      ['--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8', '--locale', 'C', '--no-instructions'],
    ].flat();
    await run(binaries.initdb, options, {
      cwd: home.directory,
      env: serverEnvironment,
      ...(uid !== undefined && { uid, gid: gid ?? uid }),
    });
    await rename(unfinished, home.data);
    await syncDirectory(home.directory);
  } catch (cause) {
    await rm(unfinished, { recursive: true, force: true });
    const facts = { directory: home.directory, reason: `initdb failed: ${lastLineOf(cause)}`, file: binaries.initdb };
    throw new ScreenerError('DATABASE_START_FAILED', facts, { cause });
  } finally {
    await rm(passwordForInitdb, { force: true });
  }
}

/** Data that we cannot open are never replaced by new ones. */
async function checkData(home: Home): Promise<void> {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new ScreenerError('DATABASE_START_FAILED', { directory: home.directory, reason, file: home.data }, { cause });
  };
  const version = await readFile(join(home.data, 'PG_VERSION'), 'utf8').catch((cause) =>
    refuse('its data folder is not that of a PostgreSQL server (no readable PG_VERSION); move it away', cause),
  );
  if (Number(version) !== MAJOR_VERSION) {
    refuse(
      `its data were written by PostgreSQL ${version.trim()}, this is ${MAJOR_VERSION}; dump them with the old one`,
    );
  }
  const expected = home.user?.uid ?? process.getuid?.();
  const { uid } = await stat(home.data);
  if (expected !== undefined && uid !== expected) refuse(`its data belong to uid ${uid}, we run as uid ${expected}`);
  if (!(await exists(home.passwordFile))) {
    refuse(`the password file ${home.passwordFile} is missing; restore it, or move the directory away`);
  }
}

async function removeUnfinished(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    // An orphaned initdb may still write there: then the next start removes the rest.
    if (name.startsWith(UNFINISHED)) await rm(join(directory, name), { recursive: true, force: true }).catch(() => {});
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
