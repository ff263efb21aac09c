/** `npm run chaos -- --minutes M --seed N [--app calculator|alerter] [--brokers 3] [--engine embedded|kafka] [--client NAME]`; see README.md. */
import { parseArgs } from 'node:util';
import { type ChaosOptions, type ChaosReport, runChaos } from './run-chaos.ts';
import type { WorkloadChoice } from './workload/workloads.ts';

const usageExitCode = 2;
const interruptedExitCode = 130;
const usage =
  'npm run chaos -- takes --minutes M, --seed N, --app calculator or alerter, --instruments N, --brokers 1 or 3, --engine kafka or embedded, --client platformatic or kafkajs';
const instrumentsDefault = 500;

function refuse(line: string): never {
  process.stderr.write(`${line}\n`);
  process.exit(usageExitCode);
}

function readOptions(): Pick<ChaosOptions, 'workload' | 'seed' | 'durationMs' | 'engine' | 'brokers' | 'client'> {
  const text = { type: 'string' } as const;
  let values: Partial<Record<'minutes' | 'seed' | 'app' | 'instruments' | 'brokers' | 'engine' | 'client', string>>;
  try {
    ({ values } = parseArgs({
      options: { minutes: text, seed: text, app: text, instruments: text, brokers: text, engine: text, client: text },
    }));
  } catch (cause) {
    return refuse(`${(cause as Error).message.split('\n')[0]}; ${usage}`);
  }
  const minutes = Number(values.minutes ?? 5);
  if (!(minutes > 0)) return refuse(`--minutes is '${values.minutes}': expected more than 0, for example 15`);
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
  if (!Number.isSafeInteger(seed)) return refuse(`--seed is '${values.seed}': expected a whole number, for example 7`);
  const { app } = values;
  if (app !== undefined && app !== 'calculator' && app !== 'alerter')
    return refuse(`--app is '${app}': expected calculator or alerter`);
  const instruments = Number(values.instruments ?? instrumentsDefault);
  if (!(Number.isInteger(instruments) && instruments > 0))
    return refuse(`--instruments is '${values.instruments}': expected a whole number, for example 500`);
  if (values.instruments !== undefined && app === undefined)
    return refuse('--instruments goes with --app: the other stages have keys of their own');
  const brokers = Number(values.brokers ?? 1);
  if (brokers !== 1 && brokers !== 3) return refuse(`--brokers is '${values.brokers}': expected 1 or 3`);
  const engine = values.engine ?? 'kafka';
  if (engine !== 'kafka' && engine !== 'embedded') return refuse(`--engine is '${engine}': expected kafka or embedded`);
  const { client } = values;
  if (client !== undefined && client !== 'kafkajs' && client !== 'platformatic')
    return refuse(`--client is '${client}': expected platformatic or kafkajs`);
  const workload: WorkloadChoice = app === undefined ? { name: 'tally' } : { name: app, instruments };
  return { workload, seed, durationMs: minutes * 60_000, engine, brokers, ...(client !== undefined && { client }) };
}

const options = readOptions();
const terminal = process.stderr.isTTY;
const quietProgressEveryMs = 15_000;
let shownAt = 0;
const clock = (): string => new Date().toISOString().slice(11, 23);
const say = (text: string): void => void process.stderr.write(`${terminal ? '\r\x1b[K' : ''}${clock()} ${text}\n`);
const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (!interrupt.signal.aborted) say('interrupted: ending workers and brokers');
    interrupt.abort(new Error('interrupted'));
  });
}

function printLedger(report: ChaosReport): void {
  say('faults that fired:');
  for (const [kind, count] of Object.entries(report.faults))
    say(
      `  ${kind.padEnd(20)} ${String(count).padStart(5)}${report.missing.includes(kind) ? '   planned, and never fired' : ''}`,
    );
  say(
    `killed owners: ${JSON.stringify(report.killed)}; in vain: ${JSON.stringify(report.inVain)}; restarts: ${JSON.stringify(report.restarts)}`,
  );
  say(
    `${report.events} events compared; ${report.entriesAcknowledged} entries acknowledged, ${report.entriesUnknown} unknown; ` +
      `slowest append ${report.slowestAppendMs} ms; settled in ${report.settledMs} ms`,
  );
  say(`${report.violations} violations${report.violations > 0 ? ':' : ''}`);
  for (const { kind, text } of report.shown) say(`  ${kind}: ${text}`);
}

say(
  `seed ${options.seed}, ${options.workload.name}, ${options.engine}${options.engine === 'kafka' ? `, brokers: ${options.brokers}` : ''}`,
);
try {
  const report = await runChaos({
    ...options,
    say,
    interrupt: interrupt.signal,
    progress: ({ elapsedMs, fedMinutes, faults, violations, livePartitions }) => {
      const part = Math.min(1, elapsedMs / options.durationMs);
      const bar = '#'.repeat(Math.round(part * 30)).padEnd(30, '.');
      const line = `[${bar}] ${Math.round(part * 100)} %  ${fedMinutes} minutes fed, ${faults} faults, ${violations} violations, ${livePartitions} partitions live`;
      if (terminal) process.stderr.write(`\r\x1b[K${line}`);
      else if (elapsedMs - shownAt > quietProgressEveryMs) {
        shownAt = elapsedMs;
        say(line);
      }
    },
  });
  printLedger(report);
  const { faults, violations, events, seed } = report;
  process.stdout.write(`${JSON.stringify({ faults, violations, events, seed })}\n`);
  process.exitCode = violations > 0 || report.missing.length > 0 ? 1 : 0;
} catch (cause) {
  say(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
  process.exitCode = interrupt.signal.aborted ? interruptedExitCode : 1;
}
