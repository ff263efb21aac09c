import type { BenchmarkCase, CaseRun, Measurement } from '../framework/benchmark.ts';
import { type Rounds, valuesOf } from '../framework/rounds.ts';
import { measureBurstsEmbedded, measureBurstsOnKafka } from './burst-sides.ts';
import type { BurstRun } from './bursts.ts';

const goalMs = { kafka: 25, embedded: 10 } as const;

/** Every instrument closes its minute in the same instant. Ten such minutes a second are still far from the real pause. */
const minutes = (quick: boolean): BurstRun => ({
  bursts: quick ? 20 : 100,
  recordsPerBurst: 500,
  recordBytes: 1_500,
  pauseMs: 100,
});

export const minuteCloseOnKafka: BenchmarkCase = {
  name: 'minute-close/kafka',
  about:
    '500 events of 1.5 KB in one instant over 12 partitions, from durable input to readable output; beside what the bare client needs to send and read them without any processor, and with transactions by hand',
  run: async (bench: CaseRun) => {
    const rounds = await measureBurstsOnKafka(bench, minutes(bench.quick), [
      { name: 'ours', driver: 'ours', processor: 'ours', since: 'durable' },
      { name: 'limit', driver: 'platformatic', since: 'sent' },
      { name: 'by hand', driver: 'platformatic', processor: 'platformatic', since: 'durable' },
    ]);
    return [
      ...figuresOf(rounds, 'kafka', 'limit', '@platformatic/kafka: send and read'),
      // What part of it is the broker's: the same transactions without anything of ours.
      ...figuresOf(rounds, 'kafka', 'by hand', '@platformatic/kafka by hand').map(
        (figure): Measurement => ({ ...figure, name: `${figure.name}/by-hand`, goal: undefined }),
      ),
    ];
  },
};

export const minuteCloseEmbedded: BenchmarkCase = {
  name: 'minute-close/embedded',
  about:
    '500 events of 1.5 KB in one instant over 12 partitions, from durable input to readable output; beside what bare node:sqlite needs to write and read them',
  run: async (bench: CaseRun) => {
    const rounds = await measureBurstsEmbedded(bench, minutes(bench.quick), [
      { name: 'ours', driver: 'ours', since: 'durable' },
      { name: 'sqlite', driver: 'sqlite', direct: true, since: 'sent' },
    ]);
    return figuresOf(rounds, 'embedded', 'sqlite', 'node:sqlite: write and read');
  },
};

function figuresOf(rounds: Rounds, engine: keyof typeof goalMs, other: string, peer: string): readonly Measurement[] {
  return (['p50', 'p99'] as const).map((figure) => ({
    name: `minute-close/${engine}/${figure}`,
    unit: 'ms',
    peer,
    ours: valuesOf(rounds, 'ours', figure),
    theirs: valuesOf(rounds, other, figure),
    // The goal is about the slowest; the middle is for information.
    goal: figure === 'p99' ? { oursMax: goalMs[engine] } : undefined,
  }));
}
