/** `screener topics release`: lets go of input that retention keeps for a group that is gone for good. */
import { ScreenerError } from '@screener/errors';
import type { KeptInput, Log } from '@screener/log';
import { type Command, type CommandIo, parseArguments, writeLine } from '../command.ts';
import { timeText } from '../text-table.ts';
import { partitionsText } from '../topic-text.ts';
import { demoOption, jsonOption, withLog } from '../with-log.ts';

const options = {
  group: { kind: 'text', value: 'GROUP', about: 'the consumer group that will not come back' },
  demo: demoOption,
  json: jsonOption,
} as const;

export const topicsReleaseCommand: Command = {
  name: 'topics release',
  summary: 'let go of the input that is kept beyond its retention for a consumer group that is gone for good',
  options,
  more: [
    'The embedded log keeps what a group needs to start again, however old it is. Of a group that never comes back this command',
    'frees it: retention takes it at its next round. Refused while the group runs. Should it come back all the same, it refuses to',
    'start where its snapshots need what is gone. On Kafka the broker alone decides what is kept.',
    '',
    'Example:\n  screener topics release --group my-own',
  ].join('\n'),
  async run(args, io) {
    const { group, demo, json } = parseArguments({ name: this.name, options }, args).options;
    if (group === undefined)
      throw new ScreenerError('ARGUMENT_MISSING', { command: this.name, argument: '--group GROUP' });
    return withLog(io, demo, 'change', async ({ log }) => {
      const kept = await log.keptInput();
      const ours = kept.filter((input) => input.group === group);
      if (ours.length === 0) throw new ScreenerError('INPUT_NOT_KEPT', { group, expected: expectedGroups(log, kept) });
      const freed = await freedBy(log, ours, kept);
      await log.releaseInput(group);
      for (const topic of freed) await printFreed(io, group, topic, json);
      return 0;
    });
  },
};

function expectedGroups({ engine }: Log, kept: readonly KeptInput[]): string {
  if (engine === 'kafka') return 'on Kafka the broker alone decides what is kept';
  const groups = [...new Set(kept.map(({ group }) => group))];
  return groups.length === 0 ? 'it is kept for no group' : `expected one of ${groups.join(', ')}`;
}

interface Freed {
  readonly topic: string;
  readonly partitions: number;
  /** Of the oldest record that the group kept; undefined where it kept none that are there. */
  readonly oldest: number | undefined;
  /** Groups that still keep some of the topic. */
  readonly others: readonly string[];
}

function freedBy(log: Log, ours: readonly KeptInput[], kept: readonly KeptInput[]): Promise<Freed[]> {
  const topics = [...new Set(ours.map(({ topic }) => topic))];
  return Promise.all(
    topics.map(async (topic) => {
      const places = ours.filter((input) => input.topic === topic);
      const others = kept.filter((input) => input.topic === topic && !ours.includes(input)).map(({ group }) => group);
      const times = await Promise.all(places.map((place) => firstTime(log, place)));
      const oldest = times.reduce(
        (least, time) => (time !== undefined && (least ?? time) >= time ? time : least),
        undefined,
      );
      return { topic, partitions: places.length, oldest, others: [...new Set(others)] };
    }),
  );
}

async function firstTime(log: Log, { topic, partition, offset }: KeptInput): Promise<number | undefined> {
  const from = { offsets: new Map([[partition, offset]]) };
  for await (const [first] of log.reader({ topic, partitions: [partition], from, until: 'end' }))
    return first?.timestamp;
  return undefined;
}

async function printFreed(io: CommandIo, group: string, freed: Freed, json: boolean): Promise<void> {
  const { topic, partitions, oldest, others } = freed;
  if (json) {
    const oldestTime = oldest === undefined ? null : new Date(oldest).toISOString();
    return writeLine(io.stdout, JSON.stringify({ group, topic, partitions, oldest: oldestTime, stillKeptFor: others }));
  }
  const since = oldest === undefined ? '' : ` from ${timeText(oldest)} on`;
  const rest = others.length === 0 ? 'retention takes it as it is due' : `still kept for ${others.join(', ')}`;
  await writeLine(
    io.stdout,
    `${topic} is not kept for ${group} any more (${partitionsText(partitions)}${since}); ${rest}`,
  );
}
