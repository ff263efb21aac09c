/** `npm ci` when needed: nothing installed, or the lockfile changed since. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { agreesWithInstalled, cachedBytes, lockfileOf, wantedPackages } from './packages.mjs';

const stampOf = (root) => join(root, 'node_modules/.screener-installed');
const progressMs = 250;
const stopGraceMs = 2_000;
const shownErrorLines = 12;

/**
 * @param {string} root
 * @param {(line: string) => void} say
 * @returns {Promise<boolean>} false: it failed, and the reason has been said
 */
export async function ensureInstalled(root, say) {
  const wanted = () => {
    const { packages, fingerprint } = lockfileOf(root);
    return isInstalled(root, packages, fingerprint) ? undefined : { packages: wantedPackages(packages), fingerprint };
  };
  if (wanted() === undefined) return true;
  const waiting = (holder) => say(`another run (${holder.trim()}) is installing; waiting for it`);
  return withLock(join(root, '.screener/install.lock'), waiting, async (alsoHeldBy) => {
    const missing = wanted();
    if (missing === undefined) return true;
    const done = await install(root, missing.packages, say, alsoHeldBy);
    if (done) writeFileSync(stampOf(root), missing.fingerprint);
    return done;
  });
}

function isInstalled(root, packages, fingerprint) {
  const stamp = stampOf(root);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return true;
  if (!agreesWithInstalled(root, wantedPackages(packages))) return false;
  try {
    writeFileSync(stamp, fingerprint);
  } catch {
    // A read-only installation; the comparison is made again next time.
  }
  return true;
}

async function install(root, wanted, say, alsoHeldBy) {
  const npm = npmCommand();
  const cache = process.env.npm_config_cache ?? cacheOf(npm, root);
  const missing = wanted.filter(({ integrity }) => cachedBytes(cache, integrity) === undefined);
  const fetched = () =>
    missing.map(({ integrity }) => cachedBytes(cache, integrity)).filter((bytes) => bytes !== undefined);
  const megabytes = (sizes) => (sizes.reduce((sum, bytes) => sum + bytes, 0) / 1e6).toFixed(1);
  say(`installing ${wanted.length} packages with npm ci (${wanted.length - missing.length} are in npm's cache)`);
  const began = Date.now();
  const seconds = () => ((Date.now() - began) / 1000).toFixed(1);
  const terminal = process.stderr.isTTY === true;
  const show = () => {
    const sizes = fetched();
    process.stderr.write(`\r\x1b[K  ${seconds()} s: ${megabytes(sizes)} MB fetched (${sizes.length} packages)`);
  };
  const progress = terminal ? setInterval(show, progressMs) : undefined;
  // The lockfile pins versions and contents, so what the cache knows about a package need not be asked again.
  let result = await runNpm(npm, root, ['--prefer-offline'], alsoHeldBy);
  if (result.code !== 0 && /ETARGET|ENOVERSIONS|EINTEGRITY/.test(result.output))
    result = await runNpm(npm, root, [], alsoHeldBy);
  clearInterval(progress);
  if (terminal) process.stderr.write('\r\x1b[K');
  if (result.code !== 0) {
    const lines = result.output.split('\n').filter((line) => line.trim() !== '' && !/^npm error\s+at /.test(line));
    for (const line of lines.slice(0, shownErrorLines)) say(`  ${line}`);
    say(
      `npm ci failed in ${root} (${result.reason}): expected it to install package-lock.json; see npm's lines above, check the network, run the same command again`,
    );
    return false;
  }
  const sizes = fetched();
  const amount =
    sizes.length === 0
      ? "nothing fetched, all from npm's cache"
      : `${megabytes(sizes)} MB fetched (${sizes.length} packages)`;
  say(`installed in ${seconds()} s: ${amount}`);
  return true;
}

/** Whatever the user's npm is told to leave out, both the page's build tools and our own Node are needed. */
const always = [
  'ci',
  '--include=dev',
  '--include=optional',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
  '--engine-strict=false',
];

function runNpm(npm, root, options, started) {
  return new Promise((resolve) => {
    const child = spawn(npm.file, [...npm.args, ...always, ...options], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: npm.shell,
      // Of the npm that called us only the configuration is passed on, not that it runs a script.
      env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(lifecycle|package)_/.test(name))),
    });
    if (child.pid !== undefined) started(child.pid);
    let output = '';
    const keep = (bytes) => {
      output = (output + bytes).slice(-20_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    let stopped;
    const stop = (signal) => {
      stopped = signal;
      child.kill(signal);
      setTimeout(() => child.kill('SIGKILL'), stopGraceMs).unref();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    const settle = (code, reason) => {
      // Only now: a half-made installation must not look free while npm still writes into it.
      if (stopped !== undefined) process.exit(stopped === 'SIGINT' ? 130 : 143);
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      resolve({ code, reason, output });
    };
    child.once('error', (error) => settle(1, `${npm.file}: ${error.message}`));
    child.once('close', (code, signal) => settle(code ?? 1, signal ?? `exit ${code}`));
  });
}

/** The npm that called us, else the one on the PATH. */
function npmCommand() {
  const caller = process.env.npm_execpath;
  if (caller !== undefined && /np[mx]-cli\.js$/.test(caller)) {
    const file = caller.replace(/npx-cli\.js$/, 'npm-cli.js');
    if (existsSync(file)) return { file: process.execPath, args: [file], shell: false };
  }
  return process.platform === 'win32'
    ? { file: 'npm.cmd', args: [], shell: true }
    : { file: 'npm', args: [], shell: false };
}

function cacheOf(npm, root) {
  const asked = spawnSync(npm.file, [...npm.args, 'config', 'get', 'cache'], {
    cwd: root,
    encoding: 'utf8',
    shell: npm.shell,
  });
  return asked.stdout?.trim().split('\n').at(-1) || join(homedir(), '.npm');
}

/** npm links no command of the root package itself; with this link `npx screener` starts without an installation of its own. */
export function linkCommand(root) {
  const folder = join(root, 'node_modules/.bin');
  const link = join(folder, 'screener');
  if (existsSync(link)) return;
  try {
    mkdirSync(folder, { recursive: true });
    if (process.platform === 'win32') {
      writeFileSync(`${link}.cmd`, '@node "%~dp0\\..\\..\\scripts\\screener.mjs" %*\r\n');
      return;
    }
    symlinkSync('../../scripts/screener.mjs', link);
  } catch {
    // Another run made it at the same moment, or the installation is read-only: npx then takes its longer way.
  }
}
