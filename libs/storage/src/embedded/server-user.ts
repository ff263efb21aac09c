/** Who the embedded server runs as. PostgreSQL refuses to run as root, and what it reads must be reachable for that user. */
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** In this order; the first that the machine has. */
const unprivilegedNames = ['postgres', 'nobody'];
const NOBODY = 65_534;
const READ = 4;
const EXECUTE = 1;

export const weAreRoot = (): boolean => process.getuid?.() === 0;

/** undefined: the server runs as we do. As root: the owner of the data if there are some, else a user without rights. */
export async function serverUser(dataDirectory: string): Promise<ServerUser | undefined> {
  if (!weAreRoot()) return undefined;
  const owner = await stat(dataDirectory).catch(() => undefined);
  if (owner && owner.uid !== 0) return { name: `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '');
  for (const name of unprivilegedNames) {
    const [, , uid, gid] =
      users
        .split('\n')
        .find((line) => line.startsWith(`${name}:`))
        ?.split(':') ?? [];
    // macOS writes nobody's ids as -2; the kernel wants them unsigned.
    if (uid && gid) return { name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
  }
  return { name: `uid ${NOBODY}`, uid: NOBODY, gid: NOBODY };
}

/** True where `user` can go through every directory above `path`, and read (a directory: enter) the path itself. */
export async function canReach(path: string, user: ServerUser | undefined): Promise<boolean> {
  if (user === undefined) return true;
  let at = await realpath(path);
  const self = await stat(at);
  if (!allows(self, user, self.isDirectory() ? EXECUTE : READ)) return false;
  for (;;) {
    const parent = dirname(at);
    if (parent === at) return true;
    if (!allows(await stat(parent), user, EXECUTE)) return false;
    at = parent;
  }
}

function allows(file: { uid: number; gid: number; mode: number }, user: ServerUser, right: number): boolean {
  const shift = file.uid === user.uid ? 6 : file.gid === user.gid ? 3 : 0;
  return ((file.mode >> shift) & right) === right;
}
