/** Which Node runs the product: the user's own where it is new enough, else the one that came as an npm package. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Type stripping without a flag and `node:sqlite` as we use it. Odd majors between have no long-term support. */
export const neededVersions = 'Node 22.22 or newer within 22, or 24.6 or newer';

export function isSuitable(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return (major === 22 && minor >= 22) || (major === 24 && minor >= 6) || major > 24;
}

/**
 * Where to find our own Node on this platform, as seen from `root`; undefined where there is no such package.
 * @param {string} root
 */
export function packagedNode(root, platform = process.platform, arch = process.arch) {
  const name = `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
  const folder = join(root, 'node_modules', name);
  if (!existsSync(join(folder, 'package.json'))) return undefined;
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = join(folder, typeof bin === 'string' ? bin : (bin?.node ?? 'bin/node'));
  return existsSync(file) ? file : undefined;
}

/** @param {string} root */
export function findRuntime(root, own = { version: process.version, path: process.execPath }) {
  if (isSuitable(own.version)) return { path: own.path };
  const packaged = packagedNode(root);
  const reason =
    packaged === undefined
      ? `there is no Node package for ${process.platform}-${process.arch} in node_modules`
      : unusable(packaged);
  if (packaged !== undefined && reason === undefined) return { path: packaged };
  return {
    problem: `this Node is ${own.version} (${own.path}) and ${reason}: expected ${neededVersions}; install it from https://nodejs.org and run the same command again`,
  };
}

/** A binary for another libc exists and yet does not start. */
function unusable(path) {
  const tried = spawnSync(path, ['--version'], { encoding: 'utf8' });
  if (tried.status === 0 && isSuitable(tried.stdout.trim())) return undefined;
  return `${path} does not run here (${tried.error?.message ?? (tried.stderr.trim().split('\n')[0] || `exit ${tried.status}`)})`;
}
