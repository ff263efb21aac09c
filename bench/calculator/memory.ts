import type { BenchmarkCase, CaseRun, Measurement } from '../framework/benchmark.ts';

export interface MemoryRun {
  readonly instruments: number;
  /** Enough that the last day and the one before are full, and two midnights have passed. */
  readonly minutes: number;
}

/** In bytes. */
export interface Memory {
  /** What is held: objects and buffers. */
  readonly live: number;
  readonly rss: number;
}

const few = 500;
const many = 2_000;
const minutes = 3_000;

/** Room for short-lived objects is the same however many instruments there are, and would hide a little of what is measured. */
const nodeOptions = ['--expose-gc', '--max-semi-space-size=4'];

export const memory: BenchmarkCase = {
  name: 'memory',
  about: `memory of an instrument with all windows and indicators warm: the slope from ${few} to ${many} instruments`,
  async run(bench: CaseRun): Promise<readonly Measurement[]> {
    const [low, high] = bench.quick ? [few / 10, many / 10] : [few, many];
    const live: number[] = [];
    const rss: number[] = [];
    for (let round = 0; round < (bench.quick ? 1 : bench.rounds); round += 1) {
      const [less, more] = [await measured(bench, low), await measured(bench, high)];
      live.push((more.live - less.live) / (high - low) / 1_024);
      rss.push((more.rss - less.rss) / (high - low) / 1_024);
      bench.say(`round ${round + 1}: ${live.at(-1)?.toFixed(1)} KB live, ${rss.at(-1)?.toFixed(1)} KB resident`);
    }
    const unit = 'KB/instrument';
    return [{ name: 'memory', unit, peer: 'resident', ours: live, theirs: rss, goal: { oursMax: 160 } }];
  },
};

async function measured(bench: CaseRun, instruments: number): Promise<Memory> {
  const file = new URL('sides/our-memory.ts', import.meta.url);
  const side = await bench.side({ name: 'memory', file, nodeOptions });
  const found = await side.call<Memory>('fill', { instruments, minutes } satisfies MemoryRun);
  await side.close();
  return found;
}
