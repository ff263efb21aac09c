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
  sides: readonly [ours: BurstSide, theirs: BurstSide],
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
    for (const [index, side] of sides.entries()) {
      const place = places[index];
      if (place === undefined) continue;
      if (side.processor !== undefined) {
        await startProcessorSide(bench, side.processor, { ...place, group: uniqueName(side.driver), partitions });
      }
      measured.push(await measuredSide(bench, side, place, run));
    }
    return interleave(measured, bench);
  });
}

export async function measureBurstsEmbedded(
  bench: CaseRun,
  run: BurstRun,
  sides: readonly [ours: BurstSide, theirs: BurstSide],
): Promise<Rounds> {
  const measured: MeasuredSide[] = [];
  for (const side of sides) {
    const output = side.direct ? 'input' : 'output';
    const place = { directory: bench.directory(), input: 'input', output, snapshots: 'snapshots' };
    measured.push(await measuredSide(bench, side, place, run));
  }
  return interleave(measured, bench);
}

/** A driver stays over all rounds: its log is idle while the other side is measured. */
async function measuredSide(
  bench: CaseRun,
  { driver, since }: BurstSide,
  place: DriverPlace,
  run: BurstRun,
): Promise<MeasuredSide> {
  const side: Side = await bench.side({ name: `driver-${driver}`, file: drivers[driver] });
  await side.call('open', place);
  return {
    name: driver,
    measure: async () => {
      const { sinceSent, sinceDurable, output } = await side.call<BurstResult>('run', run);
      const { p50, p99 }: Latencies = since === 'sent' ? sinceSent : sinceDurable;
      return { figures: { p50, p99 }, output };
    },
  };
}
