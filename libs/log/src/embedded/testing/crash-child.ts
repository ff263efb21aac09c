/**
 * Run by the tests as a process of its own, to be killed with -9: feeds a ledger and processes it, both from where an
 * earlier life ended. Prints a line for every minute. `hold` only opens the log.
 */
import { Bench } from '../../contract/bench.ts';
import { Ledger } from '../../contract/ledger-task.ts';
import { openEmbeddedLog } from '../embedded-engine.ts';

export const crashNames = { input: 'input', output: 'output', snapshots: 'snapshots', group: 'crashing' } as const;
export const crashPartitions = 4;

if (import.meta.main) {
  const [, , job, directory] = process.argv;
  if (directory === undefined) throw new Error('which directory?');
  const bench = new Bench(() => openEmbeddedLog({ directory, mode: 'write' }));
  await bench.start();
  process.stdout.write('open\n');
  if (job === 'hold') setInterval(() => {}, 1_000);
  else await feedAndProcess(bench);
}

async function feedAndProcess(bench: Bench): Promise<void> {
  const ledger = new Ledger(crashNames, crashPartitions);
  await bench.log.processor(ledger.definition);
  const writer = bench.engine.writer();
  // A minute is one append, so it is there as a whole or not at all, and its marker tells.
  let minute = (await bench.read(crashNames.input, 'beginning', [0])).filter(({ key }) => key === null).length;
  for (;;) {
    await writer.append(ledger.minutes(minute, minute + 1));
    minute += 1;
    process.stdout.write(`minute ${minute}\n`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
