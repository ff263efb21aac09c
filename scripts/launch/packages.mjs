/** What the lockfile wants on this machine, what is installed, and what of it npm's cache already holds. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** @param {string} root */
export function lockfileOf(root) {
  const text = readFileSync(join(root, 'package-lock.json'));
  return {
    packages: JSON.parse(text.toString()).packages,
    // node_modules holds binaries: a folder shared with another platform (a container) is not up to date there.
    fingerprint: createHash('sha256').update(text).update(`${process.platform} ${process.arch}`).digest('hex'),
  };
}

/** Packages from a registry that belong on this platform. */
export function wantedPackages(packages, platform = process.platform, arch = process.arch) {
  const allows = (given, name) => {
    const list = given === undefined ? [] : [given].flat();
    const refused = list.filter((item) => item.startsWith('!'));
    return !refused.includes(`!${name}`) && (list.length === refused.length || list.includes(name));
  };
  return Object.entries(packages)
    .filter(([path, entry]) => path.includes('node_modules/') && !entry.link)
    .filter(([, entry]) => allows(entry.os, platform) && allows(entry.cpu, arch))
    .filter(([, entry]) => entry.libc === undefined || allows(entry.libc, libcOfThisMachine()))
    .map(([path, entry]) => ({
      path,
      version: entry.version,
      integrity: entry.integrity,
      // What only a package of another platform needs is marked optional and nothing else; npm leaves it out with that one.
      mayBeAbsent: entry.optional === true && entry.os === undefined && entry.cpu === undefined,
    }));
}

/** Whether npm itself has left exactly the wanted packages, for example after an `npm ci` by hand. */
export function agreesWithInstalled(root, wanted) {
  let installed;
  try {
    installed = JSON.parse(readFileSync(join(root, 'node_modules/.package-lock.json'), 'utf8')).packages;
  } catch {
    return false;
  }
  return wanted.every(({ path, version, mayBeAbsent }) =>
    installed[path] === undefined ? mayBeAbsent : installed[path].version === version,
  );
}

/** Bytes of a package in npm's cache, undefined where it is not there. The cache is addressed by content. */
export function cachedBytes(cache, integrity) {
  const [algorithm, digest] = (integrity ?? '').split(' ')[0].split('-');
  if (!algorithm || !digest) return undefined;
  const hex = Buffer.from(digest, 'base64').toString('hex');
  const file = join(cache, '_cacache/content-v2', algorithm, hex.slice(0, 2), hex.slice(2, 4), hex.slice(4));
  return statSync(file, { throwIfNoEntry: false })?.size;
}

let libc;

/** As npm sees it: glibc puts its version into Node's report, musl does not. */
function libcOfThisMachine() {
  if (libc === undefined) {
    process.report.excludeNetwork = true;
    libc = process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
  }
  return libc;
}
