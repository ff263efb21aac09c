import { existsSync } from 'node:fs';
import type { Log, TopicDescription, TopicSpec } from '@screener/log';
import { readSettings } from '@screener/service';
import { type Command, type CommandIo, parseArguments, writeLine } from '../command.ts';
import { openProjectLog, readProjectTopology, sourceOf } from '../open-project-log.ts';

const options = {
  demo: { kind: 'flag', about: 'the log of simulated data (embedded only)' },
  json: { kind: 'flag', about: 'one JSON object per line' },
} as const;

type Flags = { readonly demo: boolean; readonly json: boolean };

async function withLog(
  flags: Flags,
  mode: 'read' | 'write',
  io: CommandIo,
  work: (log: Log) => Promise<number>,
): Promise<number> {
  const settings = readSettings(io.environment);
  const source = sourceOf(settings, flags.demo, existsSync);
  const log = await openProjectLog(settings, source, mode, (text) => io.stderr.write(`${text}\n`));
  try {
    return await work(log);
  } finally {
    await log.close();
  }
}

export const topicsApplyCommand: Command = {
  name: 'topics apply',
  summary: 'create the topics of topology/topics.yaml that are missing; nothing else is changed',
  options,
  async run(args, io) {
    const flags = parseArguments({ name: this.name, options }, args).options;
    return withLog(flags, 'write', io, async (log) => {
      const differences = await log.ensureTopics(readProjectTopology());
      for (const difference of differences) {
        if (flags.json) await writeLine(io.stdout, JSON.stringify(difference));
        else if (difference.created) await writeLine(io.stdout, `created ${difference.topic}`);
        else
          await writeLine(
            io.stdout,
            `${difference.topic}: ${difference.property} is ${difference.found}, the topology says ${difference.expected}; not changed`,
          );
      }
      if (differences.length === 0 && !flags.json)
        await writeLine(io.stdout, 'all topics are as topology/topics.yaml says');
      return differences.every((difference) => difference.created) ? 0 : 1;
    });
  },
};

export const topicsDiffCommand: Command = {
  name: 'topics diff',
  summary: 'show where the topics of the log differ from topology/topics.yaml; exit code 1 when they do',
  options,
  async run(args, io) {
    const flags = parseArguments({ name: this.name, options }, args).options;
    return withLog(flags, 'read', io, async (log) => {
      const found = new Map((await log.describeTopics()).map((topic) => [topic.name, topic]));
      const lines = readProjectTopology().flatMap((spec) => differencesOf(spec, found.get(spec.name)));
      for (const line of lines)
        await writeLine(
          io.stdout,
          flags.json
            ? JSON.stringify(line)
            : `${line.topic}: ${line.property} is ${line.found}, the topology says ${line.expected}`,
        );
      if (lines.length === 0 && !flags.json) await writeLine(io.stdout, 'all topics are as topology/topics.yaml says');
      return lines.length === 0 ? 0 : 1;
    });
  },
};

interface Line {
  readonly topic: string;
  readonly property: string;
  readonly found: string;
  readonly expected: string;
}

function differencesOf(spec: TopicSpec, found: TopicDescription | undefined): Line[] {
  if (found === undefined) return [{ topic: spec.name, property: 'topic', found: 'missing', expected: 'there' }];
  const line = (property: 'partitions' | 'retentionMs' | 'compact'): Line[] =>
    found[property] === spec[property]
      ? []
      : [{ topic: spec.name, property, found: String(found[property]), expected: String(spec[property]) }];
  return [...line('partitions'), ...line('retentionMs'), ...line('compact')];
}

export const topicsDescribeCommand: Command = {
  name: 'topics describe',
  summary: 'list the topics of the log: partitions, records kept, what is in them, who writes them',
  options,
  async run(args, io) {
    const flags = parseArguments({ name: this.name, options }, args).options;
    return withLog(flags, 'read', io, async (log) => {
      const specs = new Map(readProjectTopology().map((spec) => [spec.name, spec]));
      for (const topic of await log.describeTopics()) {
        const offsets = await log.offsets(topic.name);
        const records = offsets.reduce((sum, { beginning, end }) => sum + end - beginning, 0);
        const spec = specs.get(topic.name);
        const row = {
          topic: topic.name,
          topicId: topic.topicId,
          partitions: topic.partitions,
          records,
          retentionMs: topic.retentionMs ?? null,
          compact: topic.compact,
          events: spec?.events ?? [],
          writers: spec?.writers ?? [],
          about: spec?.about ?? '',
        };
        await writeLine(
          io.stdout,
          flags.json
            ? JSON.stringify(row)
            : `${topic.name.padEnd(22)} ${String(topic.partitions).padStart(3)} partitions ${String(records).padStart(10)} records  ${row.events.join(', ')}`,
        );
      }
      return 0;
    });
  },
};
