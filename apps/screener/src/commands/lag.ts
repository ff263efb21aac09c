/** `screener lag`: how far each group has read, and how old is what waits for it. */
import { ScreenerError } from '@screener/errors';
import type { Log, PartitionLag } from '@screener/log';
import { type Command, type CommandIo, parseArguments, writeLine } from '../command.ts';
import { type ConsumerGroup, consumerGroups } from '../consumer-groups.ts';
import { type Align, durationText, grouped, isoTime, textTable } from '../text-table.ts';
import { demoOption, jsonOption, topicNamed, withLog } from '../with-log.ts';

const options = {
  group: { kind: 'text', value: 'GROUP', about: 'only this group' },
  topic: { kind: 'text', value: 'TOPIC', about: 'what a group that is not ours reads; needs --group' },
  demo: demoOption,
  json: jsonOption,
} as const;

export const lagCommand: Command = {
  name: 'lag',
  summary: 'show how far each consumer group has read, and how old the oldest event is that waits for it',
  options,
  more: [
    'Groups that are behind come first. The age is that of the next event to read, by its own time (of a candle: the end of its',
    'minute), which is what a record carries as its timestamp. A group that reads fetched history is behind by that age, rightly.',
    '',
    'Examples:\n  screener lag\n  screener lag --group alerter --json\n  screener lag --group my-own --topic alerts',
  ].join('\n'),
  async run(args, io) {
    const { options: given } = parseArguments({ name: this.name, options }, args);
    const groups = chosenGroups(given.group, given.topic);
    return withLog(io, given.demo, 'read', async (opened) => {
      for (const topic of new Set(groups.map((group) => group.topic))) await topicNamed(opened, topic);
      const nowMs = Date.now();
      const lags = await Promise.all(groups.map((group) => lagOf(opened.log, group, nowMs)));
      const behindFirst = lags.sort((a, b) => Number(b.lag > 0) - Number(a.lag > 0));
      if (given.json) for (const group of behindFirst) await printJson(io, group);
      else await printTables(io, behindFirst);
      return 0;
    });
  },
};

interface PartitionState extends PartitionLag {
  /** Of the oldest event that the group has not read; null: none, or none that can be read yet. */
  readonly oldestUnread: number | null;
}

interface GroupLag extends ConsumerGroup {
  readonly lag: number;
  readonly ageMs: number | null;
  readonly nowMs: number;
  readonly partitions: readonly PartitionState[];
}

function chosenGroups(group: string | undefined, topic: string | undefined): readonly ConsumerGroup[] {
  if (group === undefined && topic === undefined) return consumerGroups;
  if (group !== undefined && topic !== undefined) return [{ group, topic }];
  const known = consumerGroups.filter((candidate) => candidate.group === group);
  if (known.length > 0) return known;
  const names = consumerGroups.map((candidate) => candidate.group).join(', ');
  throw new ScreenerError('OPTION_INVALID', {
    option: '--group',
    found: group ?? '',
    expected: `one of ${names}, or any other together with --topic`,
    example: group === undefined ? `--group alerter --topic ${topic}` : '--group alerter',
  });
}

async function lagOf(log: Log, { group, topic }: ConsumerGroup, nowMs: number): Promise<GroupLag> {
  const lags = await log.lag(group, topic);
  const partitions = await Promise.all(
    lags.map(async (lag): Promise<PartitionState> => ({ ...lag, oldestUnread: await oldestUnread(log, topic, lag) })),
  );
  const times = partitions.flatMap(({ oldestUnread: time }) => (time === null ? [] : [time]));
  return {
    group,
    topic,
    nowMs,
    lag: partitions.reduce((sum, { lag }) => sum + lag, 0),
    ageMs: times.length === 0 ? null : nowMs - Math.min(...times),
    partitions,
  };
}

async function oldestUnread(log: Log, topic: string, place: PartitionLag): Promise<number | null> {
  if (place.lag === 0) return null;
  const { partition, beginning, committed } = place;
  const next = Math.max(committed ?? beginning, beginning);
  const from = { offsets: new Map([[partition, next]]) };
  for await (const [first] of log.reader({ topic, partitions: [partition], from, until: 'end' })) {
    if (first !== undefined) return first.timestamp;
  }
  return null;
}

async function printJson(io: CommandIo, { group, topic, nowMs, partitions }: GroupLag): Promise<void> {
  for (const { partition, beginning, committed, end, lag, oldestUnread: time } of partitions) {
    const oldest = time === null ? null : isoTime(time);
    const row = { group, topic, partition, committed: committed ?? null, beginning, end, lag, oldestUnread: oldest };
    await writeLine(io.stdout, JSON.stringify({ ...row, ageMs: time === null ? null : nowMs - time }));
  }
}

const columns: readonly Align[] = ['right', 'right', 'right', 'right', 'right'];

async function printTables(io: CommandIo, groups: readonly GroupLag[]): Promise<void> {
  const heads = textTable(groups.map(headOf), ['left', 'left', 'left']);
  for (const [index, { nowMs, partitions }] of groups.entries()) {
    await writeLine(io.stdout, `${index === 0 ? '' : '\n'}${heads[index]}`);
    const rows = partitions.map(({ partition, committed, end, lag, oldestUnread: time }) => [
      String(partition),
      committed === undefined ? 'never' : grouped(committed),
      grouped(end),
      grouped(lag),
      time === null ? '-' : durationText(nowMs - time),
    ]);
    for (const line of textTable([['partition', 'committed', 'end', 'lag', 'oldest unread'], ...rows], columns)) {
      await writeLine(io.stdout, `  ${line}`);
    }
  }
}

function headOf({ group, topic, lag, ageMs, partitions }: GroupLag): readonly string[] {
  if (partitions.every(({ committed }) => committed === undefined)) return [group, topic, neverRead(lag)];
  if (lag === 0) return [group, topic, 'has read everything'];
  const behind = partitions.filter((partition) => partition.lag > 0).length;
  const where = `in ${behind} of ${partitions.length} partitions`;
  const age = ageMs === null ? ', none of which can be read yet' : `, the oldest ${durationText(ageMs)} old`;
  return [group, topic, `is ${grouped(lag)} behind ${where}${age}`];
}

const neverRead = (waiting: number): string => `has never read here; ${grouped(waiting)} wait`;
