/**
 * Run by the tests as a process of its own, to be killed with -9: feeds a ledger and processes it, both from where an
 * earlier life ended. Prints a line for every minute. `count` is a source, and prints what was acknowledged. `hold` only
 * opens the log.
 */
import { Bench, seededRandom } from '../../contract/bench.ts';
import { CountingSource } from '../../contract/counting-source.ts';
import { Ledger } from '../../contract/ledger-task.ts';
import { openEmbeddedLog } from '../embedded-engine.ts';

export const crashNames = { input: 'input', output: 'output', snapshots: 'snapshots', group: 'crashing' } as const;
export const crashPartitions = 4;
export const countingNames = { input: 'input', output: 'output', audit: 'audit', group: 'counting' } as const;

if (import.meta.main) {
  const [, , job, directory] = process.argv;
  if (directory === undefined) throw new Error('which directory?');
  const bench = new Bench(() => openEmbeddedLog({ directory, mode: 'write' }));
  await bench.start();
  process.stdout.write('open\n');
  if (job === 'hold') setInterval(() => {}, 1_000);
  else if (job === 'count') await countOn(bench);
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

async function countOn(bench: Bench): Promise<void> {
  const source = new CountingSource({
    ...countingNames,
    name: `process ${process.pid}`,
    read: (partition) => bench.read(countingNames.output, 'beginning', [partition]),
    pause: async () => {
      for (const place of source.acknowledged.splice(0)) process.stdout.write(`${place}\n`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    },
    random: seededRandom(process.pid),
  });
  await bench.log.source(source.definition);
}
