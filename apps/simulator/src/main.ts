/** Runs the simulated exchange as a process of its own. */
import { reasonOf, ScreenerError } from '@screener/errors';
import { catalogue } from './catalogue.ts';
import { dialects, faultKindsOf } from './dialects/dialects.ts';
import { type Fault, readFaults } from './faults/fault-plan.ts';
import { seededPlan } from './faults/seeded-plan.ts';
import { type Arguments, about, readArguments } from './read-arguments.ts';
import { readCandles } from './replay/candle-file.ts';
import { startSimulator } from './simulator.ts';

const command = 'simulator';
const faultEveryMs = 120_000;
const seededFaults = 10_000;

try {
  await run(process.argv.slice(2));
} catch (thrown) {
  process.stderr.write(`${command}: ${reasonOf(thrown)}\n`);
  process.exitCode = thrown instanceof ScreenerError ? thrown.exitCode : 1;
}

async function run(args: readonly string[]): Promise<void> {
  const given = readArguments(args);
  if (given === 'help') {
    process.stdout.write(`${about}\n`);
    return;
  }
  const { port, host, seed, instruments, speed, dialect } = given;
  const simulator = await startSimulator({
    ...{ port, host, seed, instruments, speed, dialect },
    faults: faultsOf(given),
    replays: given.replays.map(({ file, symbol }) => ({ symbol, candles: readCandles(file) })),
    now: Date.now,
    notify: (text) => process.stdout.write(`${text}\n`),
  });
  const stop = (): void => {
    for (const [kind, { fired, started, effects }] of Object.entries(simulator.faults.counts())) {
      if (started > 0) process.stdout.write(`${kind}: ${fired} of ${started} had an effect, ${effects} in all\n`);
    }
    simulator.stop().catch((thrown: unknown) => {
      process.stderr.write(`${command}: ${reasonOf(thrown)}\n`);
      process.exitCode = 1;
    });
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function faultsOf({ faultsFile, faultSeed, instruments, dialect }: Arguments): readonly Fault[] {
  const written = faultsFile === undefined ? [] : readFaults(faultsFile);
  if (faultSeed === undefined) return written;
  const { symbolOf } = dialects[dialect];
  const lively = catalogue(Math.min(instruments, seededFaults), symbolOf).filter(
    ({ tradedShare }) => tradedShare === 1,
  );
  const symbols = lively.map(({ symbol }) => symbol);
  const kinds = faultKindsOf(dialect);
  const spread = { afterMs: faultEveryMs, everyMs: faultEveryMs, count: seededFaults, kinds };
  return [...written, ...seededPlan({ seed: faultSeed, symbols, ...spread })];
}
