/** The broker's jars, fetched once through Maven and kept in a cache that several projects' runs may share. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const pom = join(import.meta.dirname, 'pom.xml');
export const kafkaVersion = /<kafka\.version>([^<]+)</.exec(readFileSync(pom, 'utf8'))?.[1] ?? 'unknown';
export const defaultJarCache = resolve(import.meta.dirname, '../../.kafka');

/** Written last: a directory without it is the rest of a fetch that was interrupted. */
const marker = 'complete';
const FETCH_TIMEOUT_MS = 600_000;
const OUTPUT_BYTES_MAX = 10_000_000;

export async function resolveBrokerJars(cache: string, notify: (text: string) => void): Promise<string> {
  const wanted = join(cache, `kafka-${kafkaVersion}`);
  if (existsSync(join(wanted, marker))) return wanted;
  notify(`fetching Apache Kafka ${kafkaVersion} through Maven (about 54 MB, once)`);
  mkdirSync(cache, { recursive: true });
  // Two runs may fetch at once: each into a directory of its own, and the first to finish wins.
  const fetched = join(cache, `fetching-${process.pid}`);
  rmSync(fetched, { recursive: true, force: true });
  await runMaven([
    '--quiet',
    '--batch-mode',
    '--file',
    pom,
    'dependency:copy-dependencies',
    '-DincludeScope=runtime',
    `-DoutputDirectory=${fetched}`,
  ]);
  const jars = readdirSync(fetched).filter((name) => name.endsWith('.jar'));
  if (!jars.some((name) => name.startsWith('kafka_')))
    throw new Error(`Maven copied ${jars.length} jars, none of them is the broker`);
  writeFileSync(join(fetched, marker), `${jars.length} jars\n`);
  try {
    if (!existsSync(join(wanted, marker))) rmSync(wanted, { recursive: true, force: true });
    renameSync(fetched, wanted);
  } catch (cause) {
    if (!existsSync(join(wanted, marker))) throw cause;
    rmSync(fetched, { recursive: true, force: true });
  }
  return wanted;
}

function runMaven(given: readonly string[]): Promise<void> {
  return new Promise((done, failed) => {
    execFile('mvn', given, { timeout: FETCH_TIMEOUT_MS, maxBuffer: OUTPUT_BYTES_MAX }, (cause, stdout) => {
      if (!cause) return done();
      const line = stdout.split('\n').find((text) => text.includes('ERROR')) ?? cause.message.split('\n')[0] ?? '';
      failed(new Error(`Maven could not fetch the broker: ${line.trim()}`, { cause }));
    });
  });
}
