/** Apicurio's registry, fetched once through Maven, unpacked and kept beside the broker's jars. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The last that runs on Java 17. */
export const apicurioVersion = '2.6.13.Final';
/** Written last: a directory without it is the rest of a fetch that was interrupted. */
const marker = 'complete';
const FETCH_TIMEOUT_MS = 600_000;
const OUTPUT_BYTES_MAX = 10_000_000;
const run = promisify(execFile);

/** The directory with the runner in it. */
export async function resolveRegistry(cache: string, notify: (text: string) => void): Promise<string> {
  const wanted = join(cache, `apicurio-${apicurioVersion}`);
  if (existsSync(join(wanted, marker))) return wanted;
  notify(`fetching Apicurio Registry ${apicurioVersion} through Maven (about 142 MB, once)`);
  // Two runs may fetch at once: each into a directory of its own, and the first to finish wins.
  const fetched = join(cache, `fetching-registry-${process.pid}`);
  rmSync(fetched, { recursive: true, force: true });
  mkdirSync(fetched, { recursive: true });
  const limits = { timeout: FETCH_TIMEOUT_MS, maxBuffer: OUTPUT_BYTES_MAX };
  const artifact = `io.apicurio:apicurio-registry-app:${apicurioVersion}:tar.gz:all`;
  const given = ['dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${fetched}`];
  await run('mvn', ['--quiet', '--batch-mode', ...given], limits);
  const archive = readdirSync(fetched).find((name) => name.endsWith('.tar.gz'));
  if (archive === undefined) throw new Error(`Maven did not copy ${artifact}`);
  await run('tar', ['-xzf', join(fetched, archive), '-C', fetched], limits);
  rmSync(join(fetched, archive));
  runnerIn(fetched);
  writeFileSync(join(fetched, marker), `${apicurioVersion}\n`);
  try {
    if (!existsSync(join(wanted, marker))) rmSync(wanted, { recursive: true, force: true });
    renameSync(fetched, wanted);
  } catch (cause) {
    if (!existsSync(join(wanted, marker))) throw cause;
    rmSync(fetched, { recursive: true, force: true });
  }
  return wanted;
}

export function runnerIn(directory: string): string {
  const runner = readdirSync(directory).find((name) => name.endsWith('-runner.jar'));
  if (runner === undefined) throw new Error(`${directory} holds no runner of Apicurio Registry`);
  return join(directory, runner);
}
