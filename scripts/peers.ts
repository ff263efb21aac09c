/**
 * Public packages that the product is measured against and tested with, apart from its own: installed only where a
 * benchmark or a test asks for them, with `npm ci --ignore-scripts` from a lockfile of their own.
 */
import { spawn } from 'node:child_process';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { withLock } from './launch/lock.mjs';

export const peersDirectory = join(import.meta.dirname, '../bench/peers/npm');
const stamp = join(peersDirectory, 'node_modules/.installed');
const lockfile = join(peersDirectory, 'package-lock.json');
const timeoutMs = 240_000;
const linesShown = 6;

/** True when they are there. Where they cannot be had this says why, loudly, and is false; with CI=true it throws. */
export async function ensurePeers(say: (line: string) => void = console.warn): Promise<boolean> {
  if (areInstalled()) return true;
  const waiting = (holder: string): void => say(`another run (${holder.trim()}) installs the peers; waiting for it`);
  const failure = await withLock(join(peersDirectory, '.screener/install.lock'), waiting, async () => {
    if (areInstalled()) return undefined;
    const reason = await install();
    if (reason === undefined) writeFileSync(stamp, '');
    return reason;
  });
  if (failure === undefined) return true;
  const line = `SKIPPED: npm ci failed in ${peersDirectory}: ${failure}; expected it to install package-lock.json`;
  if (process.env.CI === 'true') throw new Error(line);
  say(line);
  return false;
}

/** Finds their modules. */
export const requireOfPeers = createRequire(join(peersDirectory, 'package.json'));

const areInstalled = (): boolean => existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(lockfile).mtimeMs;

/** Why it failed. */
function install(): Promise<string | undefined> {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  return new Promise((resolve) => {
    const child = spawn('npm', args, { cwd: peersDirectory, stdio: ['ignore', 'ignore', 'pipe'], timeout: timeoutMs });
    let said = '';
    child.stderr.on('data', (data) => {
      said += data;
    });
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code) => {
      if (code === 0) resolve(undefined);
      else resolve(said.trim().split('\n').slice(0, linesShown).join(' | ') || `it ended with ${code}`);
    });
  });
}
