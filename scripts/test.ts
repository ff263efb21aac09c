/**
 * `npm test [-- part-of-a-path …]`: types and lint, then unit tests beside the tests on real parts, which it starts itself.
 * Its last line is `N passed, N failed` (and `, N skipped`).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { availableBroker, startAvailableBroker } from './kafka/available-broker.ts';
import { createChildren } from './testing/children.ts';
import { add, type Counts, closingLine, countReport, none, readReport } from './testing/counts.ts';
import { findChromium } from './testing/find-chromium.ts';
import { findTests } from './testing/find-tests.ts';
import { checkRepository } from './testing/static-checks.ts';

const root = join(import.meta.dirname, '..');
const unitLimitMs = 15 * 60_000;
const realLimitMs = 25 * 60_000;
const interruptedExitCode = 130;
const strict = process.env.CI === 'true';

// npm takes the `--` itself; whoever leaves npm out need not know.
const args = process.argv.slice(2).filter((arg) => arg !== '--');
const options = args.filter((arg) => arg.startsWith('-'));
const filters = args.filter((arg) => !arg.startsWith('-'));
const directory = mkdtempSync(join(tmpdir(), 'screener-test-'));
const children = createChildren();
/** Tests start hundreds of processes: what one of them has read and compiled, the others need not. */
const compiled = { NODE_COMPILE_CACHE: join(directory, 'compiled') };
const summary: string[] = [];
/** On a terminal Vitest redraws its last lines: what others print in between would be lost. */
const heldBack: string[] = [];
let stopBroker = async (): Promise<void> => {};
let interrupted = false;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const loud = (text: string): void => say(`\n!!! ${text}\n`);
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

async function measure(name: string, work: () => Promise<Counts>): Promise<Counts> {
  if (interrupted) return none;
  const began = performance.now();
  const counts = await work();
  summary.push(`${name.padEnd(24)} ${closingLine(counts).padEnd(40)} ${seconds(began)}`);
  return counts;
}

async function vitest(
  project: string,
  env: Readonly<Record<string, string | undefined>>,
  limitMs: number,
  quiet = false,
): Promise<Counts> {
  const file = join(directory, `${project}.json`);
  const { code, output } = await children.run(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      `--project=${project}`,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
      ...options,
      ...filters,
    ],
    { cwd: root, env: { ...compiled, ...env }, quiet, limitMs },
  );
  if (quiet && process.stdout.isTTY) heldBack.push(output);
  else if (quiet) say(output);
  return countReport(readReport(file), code);
}

/** A real part that is missing is skipped out loud; where nobody reads along (CI) it is a failure. */
function missing(files: number, reason: string): Counts {
  loud(`${strict ? 'FAILED' : 'SKIPPED'}: ${reason}`);
  return strict ? { ...none, failed: 1 } : { ...none, skipped: files };
}

async function runTests(): Promise<Counts> {
  const tests = findTests(root, filters);
  if (tests.unit.length + tests.real.length === 0) {
    say(`no test file has ${filters.join(' or ')} in its path: expected a part of one, for example libs/log`);
    return { ...none, failed: 1 };
  }
  let counts = none;
  if (filters.length === 0) {
    counts = add(counts, await measure('types and lint', () => checkRepository(root, children)));
  }
  // Both spend much of their time waiting: beside each other they use what the other one leaves of the processor.
  const both = await Promise.all([
    tests.unit.length > 0 ? runUnitTests(tests) : none,
    tests.real.length > 0 ? runRealParts(tests) : none,
  ]);
  return both.reduce(add, counts);
}

/** What they print comes in one piece at their end where it would mix with that of the others. */
async function runUnitTests(tests: ReturnType<typeof findTests>): Promise<Counts> {
  // They see no broker, even where the caller has one.
  const env = { ...process.env, KAFKA_BROKERS: undefined, NODE_ENV: 'test' };
  return measure('unit tests', () => vitest('unit', env, unitLimitMs, tests.real.length > 0));
}

async function runRealParts(tests: ReturnType<typeof findTests>): Promise<Counts> {
  if (interrupted) return none;
  let counts = none;
  const env: Record<string, string | undefined> = { ...process.env, NODE_ENV: 'test' };
  let excluded = 0;
  if (tests.wantsKafka) {
    const began = performance.now();
    const broker = await startKafka();
    if (typeof broker === 'string') {
      excluded = tests.kafkaOnly.length;
      counts = add(counts, missing(excluded, `${excluded} files of Kafka tests: ${broker}`));
      env.KAFKA_BROKERS = undefined;
      env.SCREENER_TEST_WITHOUT_KAFKA = '1';
    } else {
      env.KAFKA_BROKERS = broker.brokers;
      summary.push(`${'Kafka'.padEnd(24)} ${`ready at ${broker.brokers}`.padEnd(40)} ${seconds(began)}`);
    }
  }
  const chromium = findChromium(process.env);
  env.CHROMIUM_PATH = chromium;
  if (tests.wantsChromium && chromium === undefined) {
    const reason = 'no Chromium: install one, or set CHROMIUM_PATH to its program; tests in the browser do not run';
    // The tests skip themselves and are counted by Vitest.
    counts = add(counts, missing(0, reason));
  }
  if (tests.real.length === excluded) return counts;
  return add(counts, await measure('tests on real parts', () => vitest('real', env, realLimitMs)));
}

async function startKafka(): Promise<{ readonly brokers: string } | string> {
  const available = await availableBroker(process.env);
  if (available.kind === 'none') return available.reason;
  try {
    const options = { directory: join(directory, 'kafka'), quickStart: true, notify: say };
    const broker = await startAvailableBroker(available, options);
    stopBroker = () => broker.stop();
    return broker;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

async function cleanUp(): Promise<void> {
  await children.stop();
  await stopBroker();
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (interrupted) return;
    interrupted = true;
    void children.stop();
  });
}

let counts: Counts;
try {
  counts = await runTests();
} catch (cause) {
  say(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
  counts = { ...none, failed: 1 };
}
await cleanUp();
for (const text of heldBack) say(text);
say(`\n${summary.join('\n')}`);
if (interrupted) {
  say('interrupted');
  process.exitCode = interruptedExitCode;
} else {
  say(closingLine(counts));
  process.exitCode = counts.failed > 0 ? 1 : 0;
}
