/** What minute-close and idle-latency share: two ways for bursts to go, measured in turn. */
import type { CaseRun } from '../framework/benchmark.ts';
import { interleave, type MeasuredSide, type Rounds } from '../framework/rounds.ts';
import type { Side } from '../framework/side.ts';
import { benchTopic, uniqueName, withKafkaTopics } from './bench-topics.ts';
import type { BurstResult, BurstRun, DriverPlace, Latencies } from './bursts.ts';
import { type ProcessorName, startProcessorSide } from './processor-sides.ts';

const drivers = {
  ours: new URL('sides/our-driver.ts', import.meta.url),
  platformatic: new URL('sides/platformatic-driver.ts', import.meta.url),
  sqlite: new URL('sides/sqlite-driver.ts', import.meta.url),
} as const;

export interface BurstSide {
  readonly name: string;
  readonly driver: keyof typeof drivers;
  /** Kafka: the processor between input and output; none: what is written is read. */
  readonly processor?: ProcessorName;
  /** Embedded: whether there is a processor between; ours always has one. */
  readonly direct?: boolean;
  /** From when latencies count. */
  readonly since: 'sent' | 'durable';
}

const partitions = 12;

export async function measureBurstsOnKafka(
  bench: CaseRun,
  run: BurstRun,
  sides: readonly BurstSide[],
): Promise<Rounds> {
  const brokers = await bench.brokers();
  const places = sides.map(({ driver, processor }) => {
    const input = uniqueName(`${driver}-input`);
    const output = processor === undefined ? input : uniqueName(`${driver}-output`);
    return { brokers, input, output, snapshots: uniqueName(`${driver}-snapshots`) };
  });
  const names = new Set(places.flatMap(({ input, output, snapshots }) => [input, output, snapshots]));
  const topics = [...names].map((name) => benchTopic(name, { partitions }));
  return withKafkaTopics(brokers, topics, async () => {
    const measured: MeasuredSide[] = [];
    const open: Side[] = [];
    for (const [index, side] of sides.entries()) {
      const place = places[index];
      if (place === undefined) continue;
      if (side.processor !== undefined) {
        const run = { ...place, group: uniqueName(side.driver), partitions };
        open.push(await startProcessorSide(bench, side.processor, run));
      }
      const driver = await openDriver(bench, side, place);
      open.push(driver);
      measured.push(measuredSide(side, driver, run));
    }
    const rounds = await interleave(measured, bench);
    // Before their topics are removed.
    await Promise.all(open.map((side) => side.close()));
    return rounds;
  });
}

export async function measureBurstsEmbedded(
  bench: CaseRun,
  run: BurstRun,
  sides: readonly BurstSide[],
): Promise<Rounds> {
  const measured: MeasuredSide[] = [];
  for (const side of sides) {
    const output = side.direct ? 'input' : 'output';
    const place = { directory: bench.directory(), input: 'input', output, snapshots: 'snapshots' };
    measured.push(measuredSide(side, await openDriver(bench, side, place), run));
  }
  return interleave(measured, bench);
}

/** It stays over all rounds: its log is idle while the other sides are measured. */
async function openDriver(bench: CaseRun, { name, driver }: BurstSide, place: DriverPlace): Promise<Side> {
  const side = await bench.side({ name: `driver-${name}`, file: drivers[driver] });
  await side.call('open', place);
  return side;
}

const measuredSide = ({ name, since }: BurstSide, driver: Side, run: BurstRun): MeasuredSide => ({
  name,
  measure: async () => {
    const { sinceSent, sinceDurable, output } = await driver.call<BurstResult>('run', run);
    const { p50, p99 }: Latencies = since === 'sent' ? sinceSent : sinceDurable;
    return { figures: { p50, p99 }, output };
  },
});
