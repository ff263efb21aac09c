/**
 * `npm run simulated-day -- [--hours 24] [--instruments 500] [--seed N] [--speed S] [--faults N] [--kill-every MINUTES]
 * [--prime CANDLES] [--members N]`; see tests/simulated-day/README.md. Its last line, the only one on standard output, is JSON.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { DayReport } from '../tests/simulated-day/day-report.ts';
import { runSimulatedDay } from '../tests/simulated-day/simulated-day.ts';

const usageExitCode = 2;
const interruptedExitCode = 130;
const hourMs = 3_600_000;
/** Of each interval: the simulated exchange makes longer bars minute by minute. */
const primeBarsMost = 30;

/** Default, least and most; whole numbers. */
const numbers = {
  hours: [24, 1, 100],
  instruments: [500, 10, 2_000],
  seed: [Math.floor(Math.random() * 1_000_000), 0, 2 ** 31 - 1],
  speed: [200, 1, 500],
  faults: [240, 1, 5_000],
  'kill-every': [60, 5, 1_440],
  prime: [240, 10, 1_500],
  members: [1, 1, 4],
} as const satisfies Readonly<Record<string, readonly [number, number, number]>>;
type NumberName = keyof typeof numbers;

function refuse(line: string): never {
  process.stderr.write(`simulated-day: ${line}\n`);
  process.exit(usageExitCode);
}

function readNumbers(): Readonly<Record<NumberName, number>> {
  const names = Object.keys(numbers) as NumberName[];
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  let values: Readonly<Record<string, string | boolean | undefined>>;
  try {
    ({ values } = parseArgs({ options }));
  } catch (cause) {
    return refuse(
      `${(cause as Error).message.split('\n')[0]}; expected ${names.map((name) => `--${name} N`).join(', ')}`,
    );
  }
  const read = (name: NumberName): number => {
    const [fallback, least, most] = numbers[name];
    const text = values[name] ?? String(fallback);
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most && text !== '') return value;
    return refuse(`--${name} is '${text}': expected a whole number from ${least} to ${most}`);
  };
  return Object.fromEntries(names.map((name) => [name, read(name)])) as Record<NumberName, number>;
}

const given = readNumbers();
const brokers = (process.env.KAFKA_BROKERS ?? '').split(',').filter((broker) => broker !== '');
if (given.members > 1 && brokers.length === 0) refuse('--members needs KAFKA_BROKERS: an embedded log has one writer');
const say = (text: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (!interrupt.signal.aborted) say('interrupted: ending the collectors');
    interrupt.abort(new Error('interrupted'));
  });
}

function print(report: DayReport, kept: string): void {
  const { named, ...line } = report;
  for (const text of named) say(`violation: ${text}`);
  if (report.violations > named.length) say(`and ${report.violations - named.length} more`);
  if (report.violations > 0) say(`the log and what the collectors said are kept in ${kept}`);
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const directory = mkdtempSync(join(tmpdir(), 'simulated-day-'));
say(`seed ${given.seed}: ${given.hours} simulated hours, ${given.instruments} instruments`);
let keep = false;
try {
  const report = await runSimulatedDay({
    durationMs: given.hours * hourMs,
    instruments: given.instruments,
    seed: given.seed,
    speed: given.speed,
    faults: given.faults,
    killEveryMs: given['kill-every'] * 60_000,
    primeMinutes: given.prime,
    primeBars: Math.min(given.prime, primeBarsMost),
    members: given.members,
    interrupt: interrupt.signal,
    ...{ brokers, directory, say },
  });
  print(report, directory);
  keep = report.violations > 0;
  process.exitCode = keep ? 1 : 0;
} catch (cause) {
  if (!interrupt.signal.aborted) say(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
  process.exitCode = interrupt.signal.aborted ? interruptedExitCode : 1;
} finally {
  if (!keep) rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}
