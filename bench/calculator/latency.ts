import { openLog } from '@screener/log';
import type { BenchmarkCase, CaseRun, Measurement } from '../framework/benchmark.ts';
import { interleave, type MeasuredSide, type Rounds, valuesOf } from '../framework/rounds.ts';
import { benchTopic, uniqueName } from '../log/bench-topics.ts';
import { startProcessorSide } from '../log/processor-sides.ts';
import { withCalculatorTopics } from './calculator-topics.ts';
import { buildKafkaStreams } from './kafka-streams.ts';
import { MinuteDriver } from './minute-driver.ts';
import type { LanePlace, Latencies } from './minute-lane.ts';
import { calculatorGroup, candleTopic, metricsTopic } from './our-calculator.ts';
import { type RingsPeer, startRingsPeer } from './rings-peer.ts';
import { partitions } from './simulated-minutes.ts';

const instruments = 500;
const size = { instruments };
/** Real minutes are further apart: what an app does once it is quiet, after 100 ms, must not meet the next of them. */
const sizes = {
  full: { history: 1_445, run: { minutes: 100, pauseMs: 400 } },
  quick: { history: 100, run: { minutes: 20, pauseMs: 100 } },
} as const;
const goalMs = { kafka: 40, embedded: 15 } as const;

export const latencyOnKafka: BenchmarkCase = {
  name: 'latency/kafka',
  about: `${instruments} instruments close in the same instant: from durable candles to metrics readable with read_committed; beside the same bytes handed on by hand, a transaction for each partition, and beside Kafka Streams`,
  async run(bench: CaseRun) {
    const classPath = await buildKafkaStreams(bench.say);
    return withCalculatorTopics(bench, async ({ brokers }) => {
      const peer = await startRingsPeer(bench, brokers, classPath);
      try {
        return await measureOnKafka(bench, brokers, peer);
      } finally {
        await peer.kill();
      }
    });
  },
};

export const latencyEmbedded: BenchmarkCase = {
  name: 'latency/embedded',
  about: `${instruments} instruments close in the same instant: from durable candles to readable metrics; beside bare node:sqlite, which reads them, and writes and reads outputs of that size`,
  async run(bench: CaseRun) {
    const { run } = sizes[bench.quick ? 'quick' : 'full'];
    const driver = await MinuteDriver.open(bench, { directory: bench.directory() });
    const recordBytes = await openOurs(bench, driver);
    const sqlite = await bench.side({ name: 'sqlite', file: new URL('sides/sqlite-minutes.ts', import.meta.url) });
    await sqlite.call('open', { directory: bench.directory(), size, recordBytes });
    const sides = [
      measuredSide('ours', () => driver.run('ours', run)),
      measuredSide('sqlite', () => sqlite.call<Latencies>('run', run)),
    ];
    return figuresOf(await interleave(sides, bench), 'embedded', 'sqlite', 'node:sqlite: read, write and read');
  },
};

async function measureOnKafka(
  bench: CaseRun,
  brokers: readonly string[],
  peer: RingsPeer,
): Promise<readonly Measurement[]> {
  const { history, run } = sizes[bench.quick ? 'quick' : 'full'];
  const driver = await MinuteDriver.open(bench, { directory: '', brokers });
  const calculator = await bench.side({
    name: 'calculator',
    file: new URL('sides/our-calculator.ts', import.meta.url),
  });
  await calculator.call('open', { directory: '', brokers });
  const recordBytes = await openOurs(bench, driver);
  await openByHand(bench, driver, brokers, recordBytes);
  await driver.openLane('streams', { input: peer.input, output: peer.output, size });
  await driver.fill('streams', history, { group: peer.group, topic: peer.input });
  const sides = ['ours', 'by hand', 'streams'].map((name) => measuredSide(name, () => driver.run(name, run)));
  const rounds = await interleave(sides, bench);
  // Before their topics are removed.
  await Promise.all([calculator.close(), driver.close()]);
  return [
    ...figuresOf(rounds, 'kafka', 'by hand', '@platformatic/kafka by hand, the same bytes'),
    ...figuresOf(rounds, 'kafka', 'streams', 'Kafka Streams, rings in the Processor API').map(
      (figure): Measurement => ({ ...figure, name: `${figure.name}/kafka-streams`, goal: undefined }),
    ),
  ];
}

/** With a day of state. Returns the size of its events. */
async function openOurs(bench: CaseRun, driver: MinuteDriver): Promise<number> {
  const { history } = sizes[bench.quick ? 'quick' : 'full'];
  await driver.openLane('ours', { input: candleTopic, output: metricsTopic, size });
  await driver.fill('ours', history, { group: calculatorGroup, topic: candleTopic });
  const { recordBytes } = await driver.run('ours', { minutes: 5, pauseMs: 0 });
  bench.say(`an event of ours has ${recordBytes} bytes`);
  return recordBytes;
}

/** Outputs of that size are handed on as they are: what of the time is the broker's and the client's. */
async function openByHand(
  bench: CaseRun,
  driver: MinuteDriver,
  brokers: readonly string[],
  recordBytes: number,
): Promise<void> {
  const place: LanePlace = { input: uniqueName('minutes'), output: uniqueName('handed-on'), size, recordBytes };
  const log = await openLog({ directory: '', brokers });
  await log.ensureTopics([place.input, place.output].map((name) => benchTopic(name, { partitions })));
  await log.close();
  const group = uniqueName('by-hand');
  await startProcessorSide(bench, 'platformatic', { ...place, brokers, group, snapshots: '', partitions });
  await driver.openLane('by hand', place);
}

const measuredSide = (name: string, run: () => Promise<Latencies>): MeasuredSide => ({
  name,
  measure: async () => {
    const { p50, p99, max } = await run();
    // Of each minute there was an output for every instrument, or the run would not have ended.
    return { figures: { p50, p99, max }, output: 'all' };
  },
});

const figuresOf = (rounds: Rounds, engine: keyof typeof goalMs, other: string, peer: string): readonly Measurement[] =>
  (['p50', 'p99', 'max'] as const).map((figure) => ({
    ...{ name: `latency/${engine}/${figure}`, unit: 'ms', peer },
    ...{ ours: valuesOf(rounds, 'ours', figure), theirs: valuesOf(rounds, other, figure) },
    goal: figure === 'p99' ? { oursMax: goalMs[engine] } : undefined,
  }));
