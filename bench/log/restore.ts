import { openLog } from '@screener/log';
import type { BenchmarkCase, CaseRun, Measurement } from '../framework/benchmark.ts';
import { interleave, type MeasuredSide, valuesOf } from '../framework/rounds.ts';
import { benchTopic, uniqueName, withKafkaTopics } from './bench-topics.ts';
import { encodedCandles, instruments } from './candles.ts';
import { SqliteTable } from './sqlite-table.ts';

export interface RestorePlace {
  /** None: embedded, in `directory`. */
  readonly brokers?: readonly string[];
  readonly directory: string;
  readonly input: string;
  readonly snapshots: string;
  readonly group: string;
  readonly partitions: number;
  readonly candles: number;
}

const partitions = 12;
const minutesOfDay = 1_440;
const goalMs = 5_000;

export const restoreOnKafka: BenchmarkCase = {
  name: 'restore/kafka',
  about:
    'a processor starts again: 500 instruments x 24 h of candles read, decoded and counted by its tasks until all are live; beside the bare client reading and decoding the same',
  run: async (bench: CaseRun) => {
    const brokers = await bench.brokers();
    const place = placeOf(bench, uniqueName('candles'), uniqueName('snapshots'), { brokers });
    const topics = [place.input, place.snapshots].map((name) => benchTopic(name, { partitions }));
    return withKafkaTopics(brokers, topics, () => measure(bench, place, 'platformatic', '@platformatic/kafka'));
  },
};

export const restoreEmbedded: BenchmarkCase = {
  name: 'restore/embedded',
  about:
    'a processor starts again: 500 instruments x 24 h of candles read, decoded and counted by its tasks until all are live; beside bare node:sqlite reading and decoding the same',
  run: async (bench: CaseRun) => {
    const place = placeOf(bench, 'candles', 'snapshots', {});
    const log = await openLog({ directory: place.directory });
    await log.ensureTopics([place.input, place.snapshots].map((name) => benchTopic(name, { partitions })));
    await log.close();
    return measure(bench, place, 'sqlite', 'node:sqlite');
  },
};

function placeOf(
  bench: CaseRun,
  input: string,
  snapshots: string,
  { brokers }: Pick<RestorePlace, 'brokers'>,
): RestorePlace {
  const candles = instruments * (bench.quick ? minutesOfDay / 10 : minutesOfDay);
  const shared = { directory: bench.directory(), input, snapshots, group: uniqueName('restore'), partitions, candles };
  return brokers === undefined ? shared : { ...shared, brokers };
}

async function measure(
  bench: CaseRun,
  place: RestorePlace,
  other: 'platformatic' | 'sqlite',
  peer: string,
): Promise<readonly Measurement[]> {
  await fill(place, other);
  const prime = await bench.side({ name: 'restore-prime', file: new URL('sides/our-restore.ts', import.meta.url) });
  await prime.call('prime', place);
  await prime.close();
  const side = (name: string): MeasuredSide => ({
    name,
    measure: async () => {
      const file = new URL(`sides/${name}-restore.ts`, import.meta.url);
      const process = await bench.side({ name: `restore-${name}`, file });
      const { elapsedMs, output } = await process.call<{ elapsedMs: number; output: string }>('restore', place);
      await process.close();
      return { figures: { time: elapsedMs }, output };
    },
  });
  const rounds = await interleave([side('our'), side(other)], bench);
  const name = `restore/${place.brokers === undefined ? 'embedded' : 'kafka'}`;
  const shared = { unit: 'ms', peer, ours: valuesOf(rounds, 'our', 'time'), theirs: valuesOf(rounds, other, 'time') };
  return [
    { ...shared, name: `${name}/time`, goal: { oursMax: goalMs } },
    { ...shared, name: `${name}/ratio`, goal: { ratioMax: 1.5 } },
  ];
}

/** Bare SQLite gets a table of its own with the same rows. */
async function fill({ directory, brokers, input, candles }: RestorePlace, other: string): Promise<void> {
  const log = await openLog({ directory, ...(brokers && { brokers }) });
  const table = other === 'sqlite' ? new SqliteTable(directory) : undefined;
  const writer = log.writer();
  for (let minute = 0; minute < candles / instruments; minute += 1) {
    const records = encodedCandles(minute);
    table?.append(input, records);
    await writer.append(records.map((record) => ({ topic: input, ...record })));
  }
  await writer.close();
  await log.close();
  table?.database.close();
}
