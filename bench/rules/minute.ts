import type { BenchmarkCase, CaseRun, Measurement } from '../framework/benchmark.ts';
import { measuredSide } from '../framework/measured-side.ts';
import { interleave, valuesOf } from '../framework/rounds.ts';
import { CANDLES_READ, type PresetRun } from './preset-loop.ts';

/** Of a minute of one instrument, all presets. */
const goalUs = 20;

export const minute: BenchmarkCase = {
  name: 'minute',
  about: 'all presets on the metrics of a closed minute as they come: reading the numbers and evaluating',
  async run(bench: CaseRun): Promise<readonly Measurement[]> {
    const run: PresetRun = { instruments: 10, minutes: 60, passes: bench.quick ? 100 : 1_000 };
    const work = run.instruments * (run.minutes - CANDLES_READ + 1) * run.passes;
    const side = (name: string) =>
      measuredSide(bench, {
        name,
        file: new URL(`sides/${name}-minute.ts`, import.meta.url),
        request: 'run',
        run,
        work,
      });
    const rounds = await interleave([side('our'), side('hand-written')], bench);
    return [
      {
        name: 'minute',
        unit: 'CPU us',
        peer: 'metrics looked up by name, conditions written by hand',
        ours: valuesOf(rounds, 'our', 'us'),
        theirs: valuesOf(rounds, 'hand-written', 'us'),
        goal: { oursMax: goalUs },
      },
    ];
  },
};
