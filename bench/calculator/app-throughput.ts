import { cpSync, rmSync } from 'node:fs';
import { openLog } from '@screener/log';
import type { BenchmarkCase, CaseRun, Measurement } from '../framework/benchmark.ts';
import { interleave, type MeasuredSide, type Outcome, valuesOf } from '../framework/rounds.ts';
import { benchTopic, uniqueName } from '../log/bench-topics.ts';
import { type CalculatorTopics, withCalculatorTopics } from './calculator-topics.ts';
import { cpuRate, type WorkSize } from './cpu-rate.ts';
import { buildKafkaStreams, type KafkaStreamsRun, startKafkaStreams } from './kafka-streams.ts';
import { calculatorGroup, candleTopic, processedRecords } from './our-calculator.ts';
import { fillMinutes, klineSchema, partitions, SimulatedMinutes } from './simulated-minutes.ts';
import { checkOwnMetrics, checkPeersMetrics, type Sample, sampleOf } from './window-check.ts';

/**
 * What warms up is not counted: programs are compiled, windows become full. The hopping windows are measured over few minutes, for
 * they take thousands of times as long; each record belongs to as many of them from the first minute on.
 */
const sizes = {
  full: { instruments: 500, minutes: 1_600, measuredFrom: 1_445, sample: 6, dslMinutes: 4, dslFrom: 1 },
  quick: { instruments: 50, minutes: 1_500, measuredFrom: 1_000, sample: 2, dslMinutes: 4, dslFrom: 1 },
} as const;

/** All windows of the DSL become full once: one instrument over a day, before anything is measured. */
const dslCheckedMinutes = 1_445;

type Size = (typeof sizes)[keyof typeof sizes];

export const throughputOnKafka: BenchmarkCase = {
  name: 'app-throughput/kafka',
  about:
    'the whole calculator on Kafka, exactly once, all windows and indicators: records a second of processor time; beside Kafka Streams with six hopping windows, and with rings by hand in its Processor API',
  async run(bench: CaseRun) {
    const classPath = await buildKafkaStreams(bench.say);
    return withCalculatorTopics(bench, async (topics) => measureOnKafka({ bench, topics, classPath }));
  },
};

export const throughputEmbedded: BenchmarkCase = {
  name: 'app-throughput/embedded',
  about:
    'the same on the embedded log: processor time of app and log together; beside the task alone, which decodes, computes and encodes',
  run: (bench: CaseRun) => measureEmbedded(bench, sizes[bench.quick ? 'quick' : 'full']),
};

type SideName = 'ours' | KafkaStreamsRun['topology'];

interface KafkaPlace {
  readonly bench: CaseRun;
  readonly topics: CalculatorTopics;
  readonly classPath: string;
}

async function measureOnKafka(place: KafkaPlace): Promise<readonly Measurement[]> {
  const { bench, topics } = place;
  const size = sizes[bench.quick ? 'quick' : 'full'];
  const { instruments, minutes, measuredFrom, dslMinutes, dslFrom } = size;
  const few = uniqueName('few');
  const one = uniqueName('one');
  const sample: Sample = { sample: sampleOf(instruments, size.sample), minutes };
  const oneSample: Sample = { sample: sample.sample.slice(0, 1), minutes: dslCheckedMinutes };
  const log = await openLog({ directory: '', brokers: topics.brokers });
  await log.ensureTopics([few, one].map((name) => benchTopic(name, { partitions })));
  const fill = (topic: string, count: number, only?: readonly number[]): Promise<number> =>
    fillMinutes(log, { topic, market: new SimulatedMinutes({ instruments, ...(only && { only }) }), minutes: count });
  const all = { total: await fill(candleTopic, minutes), minutes, from: measuredFrom };
  const some = { total: await fill(few, dslMinutes), minutes: dslMinutes, from: dslFrom };
  const alone = await fill(one, dslCheckedMinutes, oneSample.sample);
  await log.close();
  bench.say(`${all.total} records of ${instruments} instruments and ${minutes} minutes are in the log`);
  const checked = { total: alone, minutes: dslCheckedMinutes, from: dslCheckedMinutes / 2 };
  const { figures } = await streams(place, { topology: 'dsl', input: one }, checked, oneSample);
  bench.say(`hopping windows of one instrument: ${figures.rate?.toFixed(0)} records/s/core`);
  const side = (name: SideName, measure: () => Promise<Outcome>): MeasuredSide => ({ name, measure });
  const rounds = await interleave(
    [
      side('ours', () => ours(place, all, sample)),
      side('processor', () => streams(place, { topology: 'processor', input: candleTopic }, all, sample)),
      side('dsl', () => streams(place, { topology: 'dsl', input: few }, some, undefined)),
    ],
    bench,
  );
  const shared = { unit: 'records/s/core', ours: valuesOf(rounds, 'ours', 'rate') } as const;
  return [
    {
      ...{ ...shared, name: 'app-throughput/kafka/hopping-windows', peer: 'Kafka Streams, six hopping windows' },
      ...{ theirs: valuesOf(rounds, 'dsl', 'rate'), goal: { ratioMin: 100 } },
    },
    {
      ...{ ...shared, name: 'app-throughput/kafka/processor-api', peer: 'Kafka Streams, rings in the Processor API' },
      ...{ theirs: valuesOf(rounds, 'processor', 'rate'), goal: { ratioMin: 0.7 } },
    },
  ];
}

/** The app as if it had never run, over all candles. */
async function ours({ bench, topics }: KafkaPlace, work: WorkSize, sample: Sample): Promise<Outcome> {
  const { brokers } = topics;
  await topics.begin();
  const side = await bench.side({ name: 'calculator', file: new URL('sides/our-calculator.ts', import.meta.url) });
  const witness = await openLog({ directory: '', brokers });
  await side.call('open', { directory: '', brokers });
  const outcome = await cpuRate(work, {
    processed: () => processedRecords(witness, calculatorGroup, candleTopic),
    cpuUs: () => side.call<number>('cpuUs'),
  });
  await side.call('close');
  await side.close();
  bench.say(`ours: ${await checkOwnMetrics(witness, sample)}`);
  await witness.close();
  return outcome;
}

async function streams(
  { bench, topics, classPath }: KafkaPlace,
  run: Pick<KafkaStreamsRun, 'topology' | 'input'>,
  work: WorkSize,
  sample: Sample | undefined,
): Promise<Outcome> {
  const { brokers } = topics;
  const application = uniqueName(run.topology);
  const output = `${application}-output`;
  const witness = await openLog({ directory: '', brokers });
  await witness.ensureTopics([benchTopic(output, { partitions })]);
  const place = { brokers, application, output, stateDirectory: bench.directory(), klineSchema: klineSchema() };
  const process = startKafkaStreams(classPath, { ...run, ...place });
  try {
    await process.running;
    const outcome = await cpuRate(work, {
      processed: () => processedRecords(witness, application, run.input),
      cpuUs: () => process.cpuUs(),
    });
    if (sample !== undefined) bench.say(`${run.topology}: ${await checkPeersMetrics(witness, sample, output)}`);
    return outcome;
  } finally {
    await process.close();
    await witness.close();
    await topics.remove(application);
  }
}

async function measureEmbedded(bench: CaseRun, size: Size): Promise<readonly Measurement[]> {
  const { instruments, minutes, measuredFrom } = size;
  const prepared = bench.directory();
  const open = (name: string, file: string) => bench.side({ name, file: new URL(`sides/${file}.ts`, import.meta.url) });
  const filler = await open('filler', 'our-calculator');
  const total = await filler.call<number>('fill', { place: { directory: prepared }, size: { instruments }, minutes });
  await filler.close();
  const sample: Sample = { sample: sampleOf(instruments, size.sample), minutes };
  const measureApp = async (): Promise<Outcome> => {
    const directory = bench.directory();
    cpSync(prepared, directory, { recursive: true });
    const side = await open('calculator', 'our-calculator');
    await side.call('open', { directory });
    const outcome = await cpuRate(
      { total, minutes, from: measuredFrom },
      { processed: () => side.call<number>('processed'), cpuUs: () => side.call<number>('cpuUs') },
    );
    bench.say(`ours: ${await side.call<string>('check', sample)}`);
    await side.call('close');
    await side.close();
    rmSync(directory, { recursive: true, force: true });
    return outcome;
  };
  const measureTask = async (): Promise<Outcome> => {
    const side = await open('task-alone', 'task-alone');
    const outcome = await side.call<Outcome>('run', { instruments, minutes, measuredFrom });
    await side.close();
    return outcome;
  };
  const rounds = await interleave(
    [
      { name: 'ours', measure: measureApp },
      { name: 'task', measure: measureTask },
    ],
    bench,
  );
  return [
    {
      ...{ name: 'app-throughput/embedded', unit: 'records/s/core', peer: 'the task alone, without any log' },
      ...{ ours: valuesOf(rounds, 'ours', 'rate'), theirs: valuesOf(rounds, 'task', 'rate'), goal: undefined },
    },
  ];
}
