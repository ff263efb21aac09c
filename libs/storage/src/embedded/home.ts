/**
 * Where data, password and server log lie: in the directory the caller named, or, where the unprivileged user that the
 * server runs as cannot reach it (a clone below /root or a 0700 directory), at a place that this user can reach. We never
 * change the rights of directories that are not ours to get there.
 */
import {
  access,
  chmod,
  constants,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { reasonOf, ScreenerError } from '@screener/errors';
import { canReach, type ServerUser, serverUser } from './server-user.ts';

export interface Home {
  readonly directory: string;
  readonly data: string;
  readonly passwordFile: string;
  readonly serverLog: string;
  readonly user: ServerUser | undefined;
}

/** Others may pass through (the server's user has to), not look around. */
const PASS_THROUGH = 0o711;
const PLACEMENT = 'placement.json';
const ORIGIN = 'origin.json';

export async function findHome(directory: string, notify: (text: string) => void): Promise<Home> {
  const named = await prepareNamed(directory);
  const placed = await readPath(join(named, PLACEMENT), 'home');
  const at = placed && (await exists(placed)) ? placed : named;
  const user = await serverUser(join(at, 'data'));
  if (await canReach(at, user)) return homeAt(at, user);
  if (user === undefined || (await exists(join(at, 'data')))) {
    throw new ScreenerError('DATABASE_START_FAILED', {
      directory: at,
      reason: `user ${user?.name ?? '?'}, who the server runs as, cannot go through the directories above it`,
      file: join(at, 'data'),
    });
  }
  const moved = await createElsewhere(named, user);
  await writeFile(join(named, PLACEMENT), `${JSON.stringify({ home: moved })}\n`);
  notify(`PostgreSQL data are kept in ${moved}: user ${user.name}, who the server runs as, cannot reach ${named}`);
  return homeAt(moved, user);
}

const homeAt = (directory: string, user: ServerUser | undefined): Home => ({
  directory,
  data: join(directory, 'data'),
  passwordFile: join(directory, 'password'),
  serverLog: join(directory, 'server.log'),
  user,
});

async function prepareNamed(directory: string): Promise<string> {
  try {
    const isNew = !(await exists(directory));
    await mkdir(directory, { recursive: true });
    // Whatever the umask: this one is ours.
    if (isNew) await chmod(directory, PASS_THROUGH);
    return await realpath(directory);
  } catch (cause) {
    const reason = reasonOf(cause);
    throw new ScreenerError('DATABASE_START_FAILED', { directory, reason, file: directory }, { cause });
  }
}

/** Data of a temporary directory may go with the temporary directory; other data must survive a reboot. */
async function createElsewhere(named: string, user: ServerUser): Promise<string> {
  const temporary = [await realpath(tmpdir()), '/tmp'];
  const isTemporary = temporary.some((base) => named.startsWith(base + sep));
  const lasting = process.platform === 'darwin' ? '/Library/Application Support' : '/var/lib';
  const reasons: string[] = [];
  for (const base of isTemporary ? temporary : [lasting, ...temporary]) {
    try {
      if (!(await canReach(base, user))) throw new Error(`user ${user.name} cannot reach it`);
      await access(base, constants.W_OK);
      const parent = join(base, 'crypto-screener');
      await ownDirectory(parent);
      if (isTemporary) await removeAbandoned(parent);
      const home = await mkdtemp(join(parent, 'postgres-'));
      await chmod(home, PASS_THROUGH);
      await writeFile(join(home, ORIGIN), `${JSON.stringify({ directory: named })}\n`);
      return home;
    } catch (cause) {
      reasons.push(`${base}: ${reasonOf(cause)}`);
    }
  }
  const reason = `user ${user.name}, who the server runs as, cannot reach it, and no other place is left (${reasons.join('; ')})`;
  throw new ScreenerError('DATABASE_START_FAILED', { directory: named, reason, file: named });
}

/** In a directory that everybody may write to, one of that name could have been put there by somebody else. */
async function ownDirectory(path: string): Promise<void> {
  await mkdir(path, { mode: PASS_THROUGH }).then(
    () => chmod(path, PASS_THROUGH),
    (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EEXIST') throw cause;
    },
  );
  const found = await lstat(path);
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0) {
    throw new Error(`${path} exists and is not a directory that only we can write to`);
  }
}

/** Below the temporary directory: what belonged to a directory that no longer exists, and is not in use. */
async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const home = join(parent, name);
    const origin = await readPath(join(home, ORIGIN), 'directory');
    if (origin === undefined || (await exists(origin))) continue;
    if (await exists(join(home, 'data', 'postmaster.pid'))) continue;
    await rm(home, { recursive: true, force: true });
  }
}

async function readPath(file: string, key: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const found: unknown = JSON.parse(text)[key];
    return typeof found === 'string' ? found : undefined;
  } catch {
    return undefined;
  }
}

export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
