import { ensurePeers } from '../../scripts/peers.ts';
import { type BenchmarkCase, type CaseRun, CaseUnavailable, type Measurement } from '../framework/benchmark.ts';
import { interleave, valuesOf } from '../framework/rounds.ts';
import type { IndicatorRun } from './indicator-loop.ts';
import { measuredSide } from './measured-side.ts';

const unit = 'bars/CPU s';

export const indicators: BenchmarkCase = {
  name: 'indicators',
  about:
    'RSI, MACD, Bollinger, EMA 9 to 200, ATR and stochastic of a bar, beside the two packages of npm that have them',
  async run(bench: CaseRun): Promise<readonly Measurement[]> {
    if (!(await ensurePeers(bench.say))) throw new CaseUnavailable('the packages cannot be installed');
    const run: IndicatorRun = { series: 20, bars: bench.quick ? 2_000 : 10_000 };
    const work = run.series * run.bars;
    const side = (name: string) => measuredSide(bench, { name, file: `${name}-indicators`, request: 'run', run, work });
    const sides = [side('our'), side('trading-signals'), side('technicalindicators')];
    const rounds = await interleave(sides, bench);
    const theirs = (name: string) => valuesOf(rounds, name, 'rate');
    const ours = theirs('our');
    return [
      {
        name: 'indicators/trading-signals',
        ...{ unit, ours, peer: 'trading-signals', theirs: theirs('trading-signals') },
        goal: { ratioMin: 3 },
      },
      {
        name: 'indicators/technicalindicators',
        ...{ unit, ours, peer: 'technicalindicators', theirs: theirs('technicalindicators') },
        goal: { ratioMin: 8 },
      },
    ];
  },
};
