/** `npm run bench -- NAME`: measures what we do beside what others do, in the same run, and keeps the figures. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BenchmarkCase, CaseUnavailable } from './framework/benchmark.ts';
import { type JudgedFigure, judge, plainTable } from './framework/figures.ts';
import { type BenchOptions, benchmarkNames, chooseCases, readOptions, UsageError } from './framework/options.ts';
import { keep, originOf } from './framework/results.ts';
import { Workshop } from './framework/workshop.ts';

const usageExitCode = 2;
const directory = import.meta.dirname;
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Which signal ends a run, with the exit code that shells expect. */
const signals = { SIGINT: 130, SIGTERM: 143 } as const;

async function main(): Promise<number> {
  let options: BenchOptions;
  let cases: readonly BenchmarkCase[];
  try {
    options = readOptions(process.argv.slice(2), benchmarkNames(directory));
    const loaded = await import(pathToFileURL(join(directory, options.name, 'cases.ts')).href);
    cases = chooseCases((loaded as { cases: readonly BenchmarkCase[] }).cases, options.cases);
  } catch (thrown) {
    if (!(thrown instanceof UsageError)) throw thrown;
    say(thrown.message);
    return usageExitCode;
  }
  const workshop = new Workshop({ say, profiles: options.profiles });
  for (const [signal, code] of Object.entries(signals)) {
    process.once(signal, () => void workshop.close().finally(() => process.exit(code)));
  }
  try {
    return await runAll(options, cases, workshop);
  } finally {
    await workshop.close();
  }
}

async function runAll(options: BenchOptions, cases: readonly BenchmarkCase[], workshop: Workshop): Promise<number> {
  const origin = originOf(join(directory, '..'), new Date(), options);
  const figures: JudgedFigure[] = [];
  let failed = 0;
  for (const each of cases) {
    say(`\n${each.name}: ${each.about}`);
    try {
      const { rounds, quick } = options;
      const run = {
        quick,
        rounds,
        say: (line: string) => say(`  ${line}`),
        directory: () => workshop.directory(),
        brokers: () => workshop.brokers(),
        side: (side: Parameters<Workshop['side']>[0]) => workshop.side(side),
      };
      const measured = (await each.run(run)).map((measurement) => judge(options.name, measurement));
      figures.push(...measured);
      // A run that is ended early has kept what was done. What profiles measured is not worth keeping.
      if (options.profiles === undefined) keep(join(directory, 'results'), options.name, measured, origin);
    } catch (thrown) {
      // Interrupted: its sides were ended, and the process ends next.
      if (workshop.closed) break;
      if (thrown instanceof CaseUnavailable) {
        say(`  NOT MEASURED: ${thrown.message}`);
      } else {
        failed += 1;
        say(`  FAILED: ${thrown instanceof Error ? thrown.stack : thrown}`);
      }
    } finally {
      await workshop.tidy();
    }
  }
  if (figures.length > 0) say(`\n${plainTable(figures)}\n`);
  for (const { figure } of figures) process.stdout.write(`${JSON.stringify(figure)}\n`);
  const missed = figures.filter(({ figure }) => figure.holds === false).length;
  say(`${figures.length} figures, ${missed} below their goal, ${failed} of ${cases.length} cases failed`);
  return failed > 0 ? 1 : 0;
}

process.exitCode = await main();
