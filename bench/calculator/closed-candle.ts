import type { BenchmarkCase, CaseRun, Measurement } from '../framework/benchmark.ts';
import { interleave, valuesOf } from '../framework/rounds.ts';
import type { CandleRun } from './closed-candle-loop.ts';
import { measuredSide } from './measured-side.ts';

export const closedCandle: BenchmarkCase = {
  name: 'closed-candle',
  about:
    'all eight windows and every indicator on every interval, 500 instruments in turn, without and with the statistics of the day; beside the windows alone',
  async run(bench: CaseRun): Promise<readonly Measurement[]> {
    const run: CandleRun = {
      ...{ instruments: bench.quick ? 100 : 500, minutes: bench.quick ? 500 : 3_000 },
      batchMinutes: 20,
    };
    const work = run.instruments * run.minutes;
    const options = { file: 'our-candle', run, work };
    const all = measuredSide(bench, { ...options, name: 'all', request: 'run' });
    const indicators = measuredSide(bench, { ...options, name: 'indicators', request: 'indicators' });
    const windows = measuredSide(bench, { ...options, name: 'windows', request: 'windows' });
    const rounds = await interleave([all, indicators, windows], bench);
    const figure = { unit: 'CPU us/candle', peer: 'the windows alone', theirs: valuesOf(rounds, 'windows', 'us') };
    return [
      {
        ...figure,
        name: 'closed-candle/without-statistics',
        ours: valuesOf(rounds, 'indicators', 'us'),
        goal: { oursMax: 5 },
      },
      { ...figure, name: 'closed-candle/everything', ours: valuesOf(rounds, 'all', 'us'), goal: { oursMax: 12 } },
    ];
  },
};

export const dayWindow: BenchmarkCase = {
  name: 'day-window',
  about: 'the window of 1,440 minutes alone, beside a plain loop over its candles with the same exact sums',
  async run(bench: CaseRun): Promise<readonly Measurement[]> {
    const run: CandleRun = { instruments: 5, minutes: bench.quick ? 2_000 : 50_000, batchMinutes: 200 };
    const options = { request: 'window', run, work: run.instruments * run.minutes };
    const ours = measuredSide(bench, { name: 'ours', file: 'our-candle', ...options });
    const loop = measuredSide(bench, { name: 'loop', file: 'plain-loop', ...options });
    const rounds = await interleave([ours, loop], bench);
    return [
      {
        name: 'day-window',
        unit: 'candles/CPU s',
        peer: 'a loop over the candles',
        ours: valuesOf(rounds, 'ours', 'rate'),
        theirs: valuesOf(rounds, 'loop', 'rate'),
        goal: { ratioMin: 50 },
      },
    ];
  },
};
