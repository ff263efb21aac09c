/** Topics as data: topology/topics.yaml, read and checked. */
import { readFileSync } from 'node:fs';
import { reasonOf, ScreenerError } from '@screener/errors';
import { parse } from 'yaml';

export interface TopicSpec {
  readonly name: string;
  readonly about: string;
  /** What the key is made of, for people. */
  readonly key: string;
  readonly events: readonly string[];
  readonly writers: readonly string[];
  readonly partitions: number;
  /** undefined: kept for ever (compacted topics). */
  readonly retentionMs: number | undefined;
  readonly compact: boolean;
  /** How long a record is safe from compaction. */
  readonly compactionLagMs: number;
  /** Latest wins; in memory when embedded. */
  readonly live: boolean;
}

export type Retention = Pick<TopicSpec, 'retentionMs' | 'compactionLagMs'>;

export type Topology = readonly TopicSpec[];

export interface TopicDescription extends TopicSpec {
  readonly topicId: string;
}

/** One thing that is not as the topology says. `created`: it was missing and now exists. */
export interface TopicDifference {
  readonly topic: string;
  readonly property: 'topic' | 'partitions' | 'retentionMs' | 'compact' | 'compactionLagMs';
  readonly expected: string;
  readonly found: string;
  readonly created: boolean;
}

const unitsMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const topicKeys = new Set([
  'about',
  'key',
  'events',
  'writers',
  'partitions',
  'retention',
  'compact',
  'compactionLag',
  'live',
]);

export function readTopology(file: string): Topology {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ScreenerError(
      'FILE_UNREADABLE',
      { file, reason: reasonOf(cause), expected: 'the list of topics' },
      { cause },
    );
  }
  return parseTopology(text, file);
}

export function parseTopology(text: string, file: string): Topology {
  const refuse = (reason: string, expected: string, cause?: unknown): never => {
    throw new ScreenerError('TOPOLOGY_INVALID', { file, reason, expected }, { cause });
  };
  let root: unknown;
  try {
    root = parse(text);
  } catch (cause) {
    refuse(reasonOf(cause), 'YAML', cause);
  }
  if (!isObject(root) || !isObject(root.topics))
    return refuse('no topics in it', 'topics: { name: { about, key, events, ... } }');
  const shared = root.partitions;
  return Object.entries(root.topics).map(([name, value]): TopicSpec => {
    if (!isObject(value)) return refuse(`topic ${name} is empty`, 'about, key, events, writers');
    for (const key of Object.keys(value)) {
      if (!topicKeys.has(key)) refuse(`topic ${name} has an unknown setting '${key}'`, [...topicKeys].join(', '));
    }
    const partitions = value.partitions ?? shared;
    if (!Number.isInteger(partitions) || Number(partitions) < 1 || Number(partitions) > 1_000) {
      refuse(`partitions of ${name} is '${partitions}'`, 'a whole number from 1 to 1000');
    }
    const duration = (key: string): number | undefined => {
      const given = value[key];
      if (given === undefined) return undefined;
      const match = /^(\d+)([smhd])$/.exec(String(given));
      if (!match) return refuse(`${key} of ${name} is '${given}'`, 'a number and s, m, h or d, such as 48h');
      return Number(match[1]) * unitsMs[match[2]!]!;
    };
    const strings = (key: string): string[] => {
      const given = value[key];
      if (!Array.isArray(given) || given.length === 0)
        return refuse(`${key} of ${name} is '${given}'`, 'a list of names');
      return given.map(String);
    };
    return {
      name,
      about: String(value.about ?? ''),
      key: String(value.key ?? ''),
      events: strings('events'),
      writers: strings('writers'),
      partitions: Number(partitions),
      retentionMs: duration('retention'),
      compact: value.compact === true,
      compactionLagMs: duration('compactionLag') ?? 0,
      live: value.live === true,
    };
  });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
