import type { Log } from '@screener/log';
import type { BenchmarkCase, CaseRun, Measurement } from '../framework/benchmark.ts';
import { interleave, type MeasuredSide, valuesOf } from '../framework/rounds.ts';
import { benchTopic, uniqueName, withKafkaTopics } from './bench-topics.ts';
import { type ProcessorName, startProcessorSide, stopProcessorSide } from './processor-sides.ts';
import { benchRecord } from './records.ts';
import type { Watch, Watched } from './sides/observer.ts';

const partitions = 6;
const recordBytes = 200;
const preloadRecords = 5_000;

export const kafkaTransactions: BenchmarkCase = {
  name: 'kafka-transactions',
  about: `consume, transform, produce in transactions of up to 500 events of ${recordBytes} bytes, ${partitions} partitions, beside both clients by hand`,
  async run(bench: CaseRun): Promise<readonly Measurement[]> {
    const brokers = await bench.brokers();
    const input = uniqueName('input');
    const output = uniqueName('output');
    const snapshots = uniqueName('snapshots');
    const topics = [input, output, snapshots].map((name) => benchTopic(name, { partitions }));
    return withKafkaTopics(brokers, topics, (log) => measure(bench, { log, brokers, input, output, snapshots }));
  },
};

interface Place {
  readonly log: Log;
  readonly brokers: readonly string[];
  readonly input: string;
  readonly output: string;
  readonly snapshots: string;
}

async function measure(bench: CaseRun, { log, brokers, ...names }: Place): Promise<readonly Measurement[]> {
  const count = bench.quick ? 60_000 : 300_000;
  await preload(log, names.input, count);
  const observer = await bench.side({ name: 'observer', file: new URL('sides/observer.ts', import.meta.url) });
  await observer.call('open', { brokers });
  const side = (name: ProcessorName): MeasuredSide => ({
    name,
    measure: async (round) => {
      const ends = await log.offsets(names.output);
      const from = new Map(ends.map(({ partition, end }) => [partition, end]));
      await observer.call('begin', { topic: names.output, from, count } satisfies Watch);
      const group = `${uniqueName(name)}-${round}`;
      const processor = await startProcessorSide(bench, name, { brokers, group, partitions, ...names });
      const { rate, output } = await observer.call<Watched>('result');
      await stopProcessorSide(processor);
      return { figures: { rate }, output };
    },
  });
  const rounds = await interleave([side('ours'), side('platformatic'), side('kafkajs')], bench);
  const ours = valuesOf(rounds, 'ours', 'rate');
  const shared = { unit: 'events/s', ours } as const;
  return [
    {
      ...shared,
      name: 'kafka-transactions/platformatic',
      peer: '@platformatic/kafka by hand',
      theirs: valuesOf(rounds, 'platformatic', 'rate'),
      goal: { ratioMin: 0.9 },
    },
    {
      ...shared,
      name: 'kafka-transactions/kafkajs',
      peer: 'kafkajs by hand',
      theirs: valuesOf(rounds, 'kafkajs', 'rate'),
      goal: { ratioMin: 1 },
    },
  ];
}

async function preload(log: Log, topic: string, count: number): Promise<void> {
  const writer = log.writer();
  for (let begin = 0; begin < count; begin += preloadRecords) {
    const size = Math.min(preloadRecords, count - begin);
    await writer.append(Array.from({ length: size }, (_, i) => ({ topic, ...benchRecord(begin + i, recordBytes) })));
  }
  await writer.close();
}
