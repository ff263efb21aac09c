/** What every command on the log has in common: it opens it, finds a topic in it, and closes it. */
import { existsSync } from 'node:fs';
import { ScreenerError } from '@screener/errors';
import type { Log, TopicDescription } from '@screener/log';
import { readSettings, type Settings } from '@screener/service';
import type { CommandIo } from './command.ts';
import { nearestNames } from './nearest-names.ts';
import { dataDirectory, openProjectLog, readProjectTopology, type Source, sourceOf } from './open-project-log.ts';

export const demoOption = { kind: 'flag', about: 'the log of simulated data (embedded only)' } as const;
export const jsonOption = { kind: 'flag', about: 'one JSON object per line, for machines' } as const;

export interface OpenedLog {
  readonly log: Log;
  readonly settings: Settings;
  readonly source: Source;
  /** For people: which log this is. */
  readonly where: string;
}

export async function withLog(
  io: CommandIo,
  demo: boolean,
  access: 'read' | 'change',
  work: (opened: OpenedLog) => Promise<number>,
): Promise<number> {
  const settings = readSettings(io.environment);
  const source = sourceOf(settings, demo, existsSync);
  const directory = dataDirectory(settings, source);
  const log = await openProjectLog(settings, source, access, (text) => void io.stderr.write(`${text}\n`));
  const where = settings.KAFKA_BROKERS?.join(',') ?? directory;
  try {
    return await work({ log, settings, source, where });
  } finally {
    await log.close();
  }
}

/** The topic of that name, or an error that says which names there are. */
export async function topicNamed({ log, where }: OpenedLog, name: string): Promise<TopicDescription> {
  const topics = await log.describeTopics();
  const found = topics.find((topic) => topic.name === name);
  if (found !== undefined) return found;
  const planned = readProjectTopology().map((topic) => topic.name);
  if (planned.includes(name)) throw new ScreenerError('TOPIC_MISSING', { topic: name, where });
  const known = [...new Set([...topics.map((topic) => topic.name), ...planned])];
  const near = nearestNames(name, known);
  throw new ScreenerError('TOPIC_UNKNOWN', { topic: name, expected: (near.length > 0 ? near : known).join(', ') });
}
