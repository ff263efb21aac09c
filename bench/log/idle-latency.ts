import type { BenchmarkCase, CaseRun, Measurement } from '../framework/benchmark.ts';
import { type Rounds, valuesOf } from '../framework/rounds.ts';
import { measureBurstsEmbedded, measureBurstsOnKafka } from './burst-sides.ts';
import type { BurstRun } from './bursts.ts';

const events = (quick: boolean): BurstRun => ({
  bursts: quick ? 50 : 300,
  recordsPerBurst: 1,
  recordBytes: 200,
  pauseMs: 20,
});

export const idleLatencyOnKafka: BenchmarkCase = {
  name: 'idle-latency/kafka',
  about:
    'one event through one processor on an idle log, from the call that writes it to the output being read; beside the bare client doing the same in transactions by hand',
  run: async (bench: CaseRun) => {
    const rounds = await measureBurstsOnKafka(bench, events(bench.quick), [
      { name: 'ours', driver: 'ours', processor: 'ours', since: 'sent' },
      { name: 'platformatic', driver: 'platformatic', processor: 'platformatic', since: 'sent' },
    ]);
    return figuresOf(rounds, 'kafka', 'platformatic', '@platformatic/kafka by hand');
  },
};

export const idleLatencyEmbedded: BenchmarkCase = {
  name: 'idle-latency/embedded',
  about:
    'one event through one processor on an idle log, from the call that writes it to the output being read; beside the two durable transactions that bare node:sqlite needs',
  run: async (bench: CaseRun) => {
    const rounds = await measureBurstsEmbedded(bench, events(bench.quick), [
      { name: 'ours', driver: 'ours', since: 'sent' },
      { name: 'sqlite', driver: 'sqlite', since: 'sent' },
    ]);
    return figuresOf(rounds, 'embedded', 'sqlite', 'node:sqlite by hand');
  },
};

function figuresOf(rounds: Rounds, engine: string, other: string, peer: string): readonly Measurement[] {
  return (['p50', 'p99'] as const).map((figure) => ({
    name: `idle-latency/${engine}/${figure}`,
    unit: 'ms',
    peer,
    ours: valuesOf(rounds, 'ours', figure),
    theirs: valuesOf(rounds, other, figure),
    goal: { ratioMax: 1.3 },
  }));
}
