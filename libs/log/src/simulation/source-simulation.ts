/** One run of real sources on a simulated engine, as in simulation.ts: whatever happens, the numbering has no break. */
import { reasonOf } from '@screener/errors';
import { topicSpec } from '../contract/bench.ts';
import { CountingSource, countingFaults } from '../contract/counting-source.ts';
import type { Log, LogRecord } from '../port.ts';
import { Chaos } from './chaos.ts';
import { SimulatedProcess } from './simulated-process.ts';
import type { SimulationOptions, SimulationResult } from './simulation.ts';
import { World } from './world.ts';

const topics = { input: 'input', output: 'output', audit: 'audit' };
const group = 'counting';
const chaosMsMin = 10_000;
const chaosMsMax = 40_000;
/** Between two appends of one task. */
const pauseMsMax = 600;
/** Records by which every partition has to grow when nothing goes wrong any more. */
const growth = 5;
const patienceMs = 120_000;
const calmMs = 20_000;

export async function simulateSources(options: SimulationOptions): Promise<SimulationResult> {
  const world = new World(options);
  const { storage, time, faults } = world;
  const partitions = 2 + Math.floor(world.random() * 2);
  const violations: string[] = [];
  const sources: CountingSource[] = [];
  storage.createTopic(topicSpec(topics.input, { partitions }));
  storage.createTopic(topicSpec(topics.output, { partitions }));
  storage.createTopic(topicSpec(topics.audit, { partitions: 1 }));
  const start = (name: string): SimulatedProcess =>
    new SimulatedProcess(world, name, {
      begin: (log, { timers }) => {
        const source = new CountingSource({
          ...topics,
          group,
          name: `${name} ${sources.length}`,
          read: (partition) => readAll(log, partition),
          pause: () => new Promise((resolve) => void timers.after(world.between(0, pauseMsMax), resolve)),
          random: world.random,
        });
        sources.push(source);
        return log.source(source.definition);
      },
      failed: (cause) => violations.push(`${name} gave up: ${reasonOf(cause)}`),
    });
  const counts = (): number[] => storage.partitions(topics.output).map(({ stableEnd }) => stableEnd);
  const chaos = new Chaos(world, start, { group, input: topics.input, partitions, expires: false });
  chaos.begin();
  await time.run(() => false, world.between(chaosMsMin, chaosMsMax));
  chaos.end();
  // Whoever has the partitions now may still be a zombie that finds out with its next append.
  await time.run(() => false, time.now() + calmMs);
  const before = counts();
  const grown = (): boolean => counts().every((count, partition) => count >= (before[partition] ?? 0) + growth);
  if (!(await time.run(grown, time.now() + patienceMs)))
    violations.push(`stands still at ${counts()} after ${Math.round(time.now())} ms`);
  chaos.closeAll();
  if (!(await time.run(() => chaos.running === 0, time.now() + calmMs))) violations.push('a process does not close');
  const output = storage.history(topics.output);
  const acknowledged = sources.flatMap((source) => source.acknowledged);
  violations.push(...countingFaults(output, storage.history(topics.audit).flat(), acknowledged));
  return { seed: options.seed, violations, faults, outputs: output.flat().length, steps: time.steps };
}

async function readAll(log: Log, partition: number): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  const reader = log.reader({ topic: topics.output, partitions: [partition], from: 'beginning', until: 'end' });
  for await (const batch of reader) records.push(...batch);
  return records;
}
