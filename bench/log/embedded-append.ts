import type { BenchmarkCase, CaseRun, Measurement } from '../framework/benchmark.ts';
import { interleave, type MeasuredSide, valuesOf } from '../framework/rounds.ts';
import type { Side } from '../framework/side.ts';

export interface AppendPlace {
  readonly directory: string;
  readonly batchRecords: number;
  readonly recordBytes: number;
}

const batchRecords = 100;
const recordBytes = 200;
const batchesPerSlice = 25;

const files = {
  ours: new URL('sides/our-append.ts', import.meta.url),
  sqlite: new URL('sides/sqlite-append.ts', import.meta.url),
} as const;

export const embeddedAppend: BenchmarkCase = {
  name: 'embedded-append',
  about: 'durable appends in batches of 100 records of 200 bytes, one after the other, beside bare node:sqlite',
  async run(bench: CaseRun): Promise<readonly Measurement[]> {
    const slices = bench.quick ? 8 : 80;
    const ours = await openSide(bench, 'ours');
    const sqlite = await openSide(bench, 'sqlite');
    const rounds = await interleave([measured('ours', ours), measured('sqlite', sqlite)], { ...bench, slices });
    const [output, expected] = [await ours.call('digest'), await sqlite.call('digest')];
    if (output !== expected) throw new Error(`outputs differ: ours ${output}, sqlite ${expected}`);
    const rates = (name: string): number[] =>
      valuesOf(rounds, name, 'time').map((timeMs) => (slices * batchesPerSlice * batchRecords * 1_000) / timeMs);
    return [
      {
        name: 'embedded-append',
        unit: 'records/s',
        peer: 'node:sqlite by hand',
        ours: rates('ours'),
        theirs: rates('sqlite'),
        goal: { ratioMin: 0.8 },
      },
    ];
  },
};

async function openSide(bench: CaseRun, name: keyof typeof files): Promise<Side> {
  const side = await bench.side({ name: `append-${name}`, file: files[name] });
  await side.call('open', { directory: bench.directory(), batchRecords, recordBytes } satisfies AppendPlace);
  return side;
}

/** Both files stay open, and grow alike. */
const measured = (name: string, side: Side): MeasuredSide => ({
  name,
  measure: async () => ({ figures: { time: await side.call<number>('append', batchesPerSlice) }, output: '' }),
});
