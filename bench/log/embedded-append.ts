import type { BenchmarkCase, CaseRun, Measurement } from '../framework/benchmark.ts';
import { interleave, type MeasuredSide, valuesOf } from '../framework/rounds.ts';

export interface AppendRun {
  readonly directory: string;
  readonly batches: number;
  readonly batchRecords: number;
  readonly recordBytes: number;
}

const batchRecords = 100;
const recordBytes = 200;

export const embeddedAppend: BenchmarkCase = {
  name: 'embedded-append',
  about: 'durable appends in batches of 100 records of 200 bytes, one after the other, beside bare node:sqlite',
  async run(bench: CaseRun): Promise<readonly Measurement[]> {
    const batches = bench.quick ? 200 : 2_000;
    const side = async (name: string, file: string): Promise<MeasuredSide> => ({
      name,
      // A process and a file of its own in each round: nobody profits from what an earlier round has warmed up.
      measure: async () => {
        const process = await bench.side({ name: `append-${name}`, file: new URL(file, import.meta.url) });
        const run: AppendRun = { directory: bench.directory(), batches, batchRecords, recordBytes };
        const { elapsedMs, output } = await process.call<{ elapsedMs: number; output: string }>('append', run);
        await process.close();
        return { figures: { rate: (batches * batchRecords * 1_000) / elapsedMs }, output };
      },
    });
    const sides = [await side('ours', 'sides/our-append.ts'), await side('sqlite', 'sides/sqlite-append.ts')];
    const rounds = await interleave(bench.rounds, sides, bench.say);
    return [
      {
        name: 'embedded-append',
        unit: 'records/s',
        peer: 'node:sqlite by hand',
        ours: valuesOf(rounds, 'ours', 'rate'),
        theirs: valuesOf(rounds, 'sqlite', 'rate'),
        goal: { ratioMin: 0.8 },
      },
    ];
  },
};
