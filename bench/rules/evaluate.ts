import { presetRules } from '@screener/rules';
import type { BenchmarkCase, CaseRun, Measurement } from '../framework/benchmark.ts';
import { measuredSide } from '../framework/measured-side.ts';
import { interleave, valuesOf } from '../framework/rounds.ts';
import { CANDLES_READ, type PresetRun } from './preset-loop.ts';

const unit = 'evaluations/CPU s';

export const evaluate: BenchmarkCase = {
  name: 'evaluate',
  about: 'all presets on minutes whose numbers are known, beside conditions written by hand and the CEL library',
  async run(bench: CaseRun): Promise<readonly Measurement[]> {
    const run: PresetRun = { instruments: 10, minutes: 60, passes: bench.quick ? 200 : 2_000 };
    const evaluations = run.instruments * (run.minutes - CANDLES_READ + 1) * presetRules.length;
    // The library takes a hundred times as long: fewer passes say as much.
    const side = (name: string, passes: number) =>
      measuredSide(bench, {
        name,
        file: new URL(`sides/${name}-evaluate.ts`, import.meta.url),
        request: 'run',
        run: { ...run, passes },
        work: evaluations * passes,
      });
    const sides = [side('our', run.passes), side('hand-written', run.passes), side('library', run.passes / 20)];
    const rounds = await interleave(sides, bench);
    const rate = (name: string) => valuesOf(rounds, name, 'rate');
    const ours = rate('our');
    return [
      {
        name: 'evaluate/by-hand',
        ...{ unit, ours, peer: 'conditions written by hand in JavaScript', theirs: rate('hand-written') },
        goal: { ratioMin: 0.15 },
      },
      {
        name: 'evaluate/library',
        ...{ unit, ours, peer: '@marcbachmann/cel-js', theirs: rate('library') },
        goal: { ratioMin: 5 },
      },
    ];
  },
};
