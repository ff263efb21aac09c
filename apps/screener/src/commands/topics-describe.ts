/** `screener topics describe`: what the log holds, over all topics or in one. */
import type { Log, PartitionOffsets, TopicDescription } from '@screener/log';
import { topicDifferences } from '@screener/log';
import { type Command, type CommandIo, parseArguments, writeLine } from '../command.ts';
import { readProjectTopology } from '../open-project-log.ts';
import { type Align, grouped, isoTime, textTable, timeText } from '../text-table.ts';
import { differenceText, keptText } from '../topic-text.ts';
import { demoOption, jsonOption, topicNamed, withLog } from '../with-log.ts';

const options = { demo: demoOption, json: jsonOption } as const;

export const topicsDescribeCommand: Command = {
  name: 'topics describe',
  summary: 'list the topics of the log; with a name, everything about one topic, partition by partition',
  positionals: ['[topic]'],
  options,
  more: [
    'Records are counted as offsets from the beginning to the end. Where compaction or transactions leave holes (compacted and',
    'live topics, Kafka) there are fewer of them, and the number is shown with "≤". Times are those of the events. Live topics of',
    'the embedded log are in the memory of the running screener start, and empty without one.',
    '',
    'Examples:\n  screener topics describe\n  screener topics describe klines.closed --json',
  ].join('\n'),
  async run(args, io) {
    const { options: flags, positionals } = parseArguments({ name: this.name, options }, args, this.positionals);
    return withLog(io, flags.demo, 'read', async (opened) => {
      const [name] = positionals;
      if (name === undefined) await printAll(io, opened.log, flags.json);
      else await printOne(io, opened.log, await topicNamed(opened, name), flags.json);
      return 0;
    });
  },
};

const records = (offsets: readonly PartitionOffsets[]): number =>
  offsets.reduce((sum, { beginning, end }) => sum + end - beginning, 0);

/** Whether every offset between beginning and end is a record. */
const isExact = (log: Log, topic: TopicDescription): boolean =>
  log.engine === 'embedded' && !topic.compact && !topic.live;

const countText = (log: Log, topic: TopicDescription, count: number): string =>
  `${isExact(log, topic) || count === 0 ? '' : '≤ '}${grouped(count)}`;

async function printAll(io: CommandIo, log: Log, json: boolean): Promise<void> {
  const specs = new Map(readProjectTopology().map((spec) => [spec.name, spec]));
  const rows: string[][] = [['topic', 'partitions', 'records', 'kept', 'events']];
  for (const topic of await log.describeTopics()) {
    const count = records(await log.offsets(topic.name));
    const spec = specs.get(topic.name);
    if (json) await writeLine(io.stdout, JSON.stringify(factsOf(log, topic, count)));
    rows.push([
      topic.name,
      String(topic.partitions),
      countText(log, topic, count),
      keptText(topic),
      spec?.events.join(', ') ?? 'not in topology/topics.yaml',
    ]);
  }
  if (json) return;
  for (const line of textTable(rows, ['left', 'right', 'right', 'left', 'left'])) await writeLine(io.stdout, line);
}

function factsOf(log: Log, topic: TopicDescription, count: number): Record<string, unknown> {
  const spec = readProjectTopology().find(({ name }) => name === topic.name);
  return {
    topic: topic.name,
    topicId: topic.topicId,
    partitions: topic.partitions,
    records: count,
    exact: isExact(log, topic),
    retentionMs: topic.retentionMs ?? null,
    compact: topic.compact,
    compactionLagMs: topic.compactionLagMs,
    live: topic.live,
    key: spec?.key ?? null,
    events: spec?.events ?? [],
    writers: spec?.writers ?? [],
    about: spec?.about ?? '',
  };
}

interface PartitionFacts extends PartitionOffsets {
  readonly oldest: number | undefined;
  readonly newest: number | undefined;
}

const columns: readonly Align[] = ['right', 'right', 'right', 'right', 'left', 'left'];

async function printOne(io: CommandIo, log: Log, topic: TopicDescription, json: boolean): Promise<void> {
  const offsets = await log.offsets(topic.name);
  const partitions = await Promise.all(offsets.map((place) => factsOfPartition(log, topic.name, place)));
  const spec = readProjectTopology().find(({ name }) => name === topic.name);
  const differences = spec === undefined ? [] : topicDifferences([spec], [topic]);
  const facts = factsOf(log, topic, records(offsets));
  if (json) {
    const places = partitions.map(({ partition, beginning, end, oldest, newest }) => ({
      partition,
      beginning,
      end,
      records: end - beginning,
      oldest: oldest === undefined ? null : isoTime(oldest),
      newest: newest === undefined ? null : isoTime(newest),
    }));
    const differs = differences.map(({ property, found, expected }) => ({ property, found, expected }));
    return writeLine(io.stdout, JSON.stringify({ ...facts, partitions: places, differs }));
  }
  const lines: [string, string][] = [
    ['about', String(facts.about)],
    ['id', topic.topicId],
    ['key', spec?.key ?? 'unknown'],
    ['events', spec?.events.join(', ') ?? 'unknown'],
    ['written by', spec?.writers.join(', ') ?? 'unknown'],
    ['kept', keptText(topic)],
    ['partitions', String(topic.partitions)],
    ['records', countText(log, topic, records(offsets))],
    ['differs', differences.map(differenceText).join('; ') || (spec ? 'no' : 'not in topology/topics.yaml')],
  ];
  await writeLine(io.stdout, topic.name);
  for (const line of textTable(lines, ['left', 'left'])) await writeLine(io.stdout, `  ${line}`);
  await writeLine(io.stdout, '');
  const rows = partitions.map(({ partition, beginning, end, oldest, newest }) => [
    String(partition),
    grouped(beginning),
    grouped(end),
    countText(log, topic, end - beginning),
    oldest === undefined ? '-' : timeText(oldest),
    newest === undefined ? '-' : timeText(newest),
  ]);
  const head = ['partition', 'beginning', 'end', 'records', 'oldest event', 'newest event'];
  for (const line of textTable([head, ...rows], columns)) await writeLine(io.stdout, `  ${line}`);
}

/** The last record is looked for further and further back: the last offsets may be markers of transactions, or compacted away. */
const BACK_STEPS = [1, 8, 64, 512, 4_096] as const;

async function factsOfPartition(log: Log, topic: string, place: PartitionOffsets): Promise<PartitionFacts> {
  const { partition, beginning, end } = place;
  const oldest = end > beginning ? (await timesFrom(log, topic, partition, beginning)).first : undefined;
  let newest: number | undefined;
  if (oldest !== undefined) {
    for (const step of BACK_STEPS) {
      newest = (await timesFrom(log, topic, partition, Math.max(beginning, end - step), true)).last;
      if (newest !== undefined || end - step <= beginning) break;
    }
  }
  return { ...place, oldest, newest };
}

async function timesFrom(
  log: Log,
  topic: string,
  partition: number,
  offset: number,
  all = false,
): Promise<{ readonly first?: number | undefined; readonly last?: number | undefined }> {
  let first: number | undefined;
  let last: number | undefined;
  const from = { offsets: new Map([[partition, offset]]) };
  for await (const batch of log.reader({ topic, partitions: [partition], from, until: 'end' })) {
    first ??= batch[0]?.timestamp;
    last = batch.at(-1)?.timestamp;
    if (!all) break;
  }
  return { first, last };
}
