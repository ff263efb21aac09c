import type { BenchmarkCase, CaseRun, Measurement } from '../framework/benchmark.ts';
import { interleave, type MeasuredSide, valuesOf } from '../framework/rounds.ts';

export interface CodecRun {
  readonly events: number;
  readonly bytes: number;
}

const eventBytes = 1_500;

const side = (bench: CaseRun, name: string, run: CodecRun): MeasuredSide => ({
  name,
  measure: async () => {
    const file = new URL(`sides/${name}-codec.ts`, import.meta.url);
    const process = await bench.side({ name: `codec-${name}`, file });
    const { cpuUs, output } = await process.call<{ cpuUs: number; output: string }>('run', run);
    await process.close();
    return { figures: { time: cpuUs / run.events }, output };
  },
});

export const codec: BenchmarkCase = {
  name: 'codec',
  about: `encode and decode a MetricsClosed of ${eventBytes} bytes, beside avsc through its generic Type`,
  async run(bench: CaseRun): Promise<readonly Measurement[]> {
    const run: CodecRun = { events: bench.quick ? 50_000 : 400_000, bytes: eventBytes };
    const rounds = await interleave([side(bench, 'our', run), side(bench, 'avsc', run)], bench);
    return [
      {
        name: 'codec',
        unit: 'CPU us/event',
        peer: 'avsc Type toBuffer/fromBuffer',
        ours: valuesOf(rounds, 'our', 'time'),
        theirs: valuesOf(rounds, 'avsc', 'time'),
        goal: { ratioMax: 0.5 },
      },
    ];
  },
};
