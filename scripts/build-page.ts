/** Builds the web page when its sources changed since the last build. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ScreenerError } from '@screener/errors';

export interface BuiltPage {
  /** The folder to serve. */
  readonly directory: string;
  readonly built: boolean;
}

export interface BuildPageOptions {
  readonly notify: (text: string) => void;
  /** Folder of the page; tests give another. */
  readonly web?: string;
}

const root = join(import.meta.dirname, '..');
const stampName = '.built-from';
const outputKept = 8_000;

export async function buildPage({ notify, web = join(root, 'apps/web') }: BuildPageOptions): Promise<BuiltPage> {
  const directory = join(web, 'dist');
  // An image may hold the built page without its sources.
  if (!existsSync(join(web, 'index.html')) && existsSync(directory)) return { directory, built: false };
  const fingerprint = fingerprintOf(web);
  const upToDate = () => stampIn(directory) === fingerprint;
  if (upToDate()) return { directory, built: false };
  notify('building the page ...');
  const began = performance.now();
  // Built beside and then moved into place: a page that is being served is never half there, two builds never mix.
  const fresh = join(web, `dist.${process.pid}`);
  const old = join(web, `dist.${process.pid}.old`);
  try {
    await runVite(web, fresh);
    writeFileSync(join(fresh, stampName), fingerprint);
    if (existsSync(directory)) renameSync(directory, old);
    renameSync(fresh, directory);
  } catch (cause) {
    // Somebody else may have built the same sources in the same moment.
    if (!upToDate()) throw cause;
  } finally {
    for (const leftover of [fresh, old]) rmSync(leftover, { recursive: true, force: true });
  }
  notify(`page built in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return { directory, built: true };
}

/** Everything that the built page depends on: its own files and the versions of its libraries. */
function fingerprintOf(web: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(web, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/^(dist|node_modules)\b|\.test\.tsx?$/.test(relative(web, file)))
    .sort();
  for (const file of [...files, join(root, 'package-lock.json')]) {
    if (!existsSync(file)) continue;
    hash
      .update(`${relative(web, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

function stampIn(directory: string): string | undefined {
  const stamp = join(directory, stampName);
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined;
}

function runVite(web: string, directory: string): Promise<void> {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const child = spawn(process.execPath, [vite, 'build', '--outDir', directory, '--emptyOutDir', '--logLevel', 'warn'], {
    cwd: web,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      output = (output + bytes.toString()).slice(-outputKept);
    });
  }
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => reject(new ScreenerError('PAGE_BUILD_FAILED', { directory: web, reason }));
    child.once('error', (error) => fail(error.message));
    child.once('close', (code, signal) => {
      if (code === 0) return resolve();
      const lines = output.split('\n').map((line) => line.trim());
      fail(
        lines.find((line) => /^\W*(\[[^\]]+\]\s*)?\w*error\b/i.test(line)) ??
          lines.findLast((line) => line !== '') ??
          signal ??
          `exit ${code}`,
      );
    });
  });
}

if (process.argv[1] === import.meta.filename) {
  const { directory } = await buildPage({ notify: (text) => process.stdout.write(`${text}\n`) });
  process.stdout.write(`${directory}\n`);
}
