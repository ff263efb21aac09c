import type { BenchmarkCase, CaseRun, Measurement } from '../framework/benchmark.ts';
import { interleave, type MeasuredSide, type Rounds, valuesOf } from '../framework/rounds.ts';
import type { MinutesAnswer } from './alerts-digest.ts';
import type { UserRulesRun } from './user-minutes.ts';

/** From the last metric of a minute to its last alert. */
const goalMs = 100;
/** Of a minute of one instrument, with all presets. */
const goalUs = 20;

export const tenThousandRules: BenchmarkCase = {
  name: 'rules-10k',
  about:
    '10,000 rules of users on 500 instruments at the close of a minute, through the engine; beside evaluating each by itself',
  async run(bench: CaseRun): Promise<readonly Measurement[]> {
    const run: UserRulesRun = bench.quick
      ? { rules: 1_000, instruments: 50, minutes: 25 }
      : { rules: 10_000, instruments: 500, minutes: 25 };
    const rounds = await measured(bench, run);
    const figure = (name: string, of: string): Measurement => ({
      name: `rules-10k/${name}`,
      ...{ unit: 'CPU ms/minute', peer: 'each rule by itself' },
      ...{ ours: valuesOf(rounds, 'our', of), theirs: valuesOf(rounds, 'naive', of) },
      // A tenth of the rules on a tenth of the instruments says nothing of the goal.
      goal: bench.quick ? undefined : { oursMax: goalMs },
    });
    return [figure('mean', 'meanMs'), figure('slowest', 'slowestMs')];
  },
};

export const presetsPerSymbol: BenchmarkCase = {
  name: 'presets-per-symbol',
  about: 'all presets through the engine, of one instrument and minute; beside evaluating each rule by itself',
  async run(bench: CaseRun): Promise<readonly Measurement[]> {
    const run: UserRulesRun = { rules: 'presets', instruments: 50, minutes: bench.quick ? 100 : 600 };
    const rounds = await measured(bench, run);
    const us = (side: string): readonly number[] =>
      valuesOf(rounds, side, 'meanMs').map((ms) => (ms * 1_000) / run.instruments);
    const figure = { name: 'presets-per-symbol', unit: 'CPU us', peer: 'each rule by itself' };
    return [{ ...figure, ours: us('our'), theirs: us('naive'), goal: { oursMax: goalUs } }];
  },
};

/** Both sides, each round in processes of their own. */
function measured(bench: CaseRun, run: UserRulesRun): Promise<Rounds> {
  let told = false;
  const side = (name: string): MeasuredSide => ({
    name,
    measure: async () => {
      const process = await bench.side({ name, file: new URL(`sides/${name}-user-rules.ts`, import.meta.url) });
      const { output, ...figures } = await process.call<MinutesAnswer>('run', run);
      await process.close();
      if (!told) bench.say(`${output.split(' ')[0]} alerts in ${run.minutes} minutes`);
      told = true;
      return { figures, output };
    },
  });
  return interleave([side('our'), side('naive')], bench);
}
