/** Topics of the topology as Kafka's topics and settings, and back. */
import { ScreenerError } from '@screener/errors';
import type { Retention, TopicDescription, TopicSpec } from '../topology.ts';
import { Backoff } from './backoff.ts';
import type { Cluster } from './cluster.ts';
import { offsetsAt } from './group-offsets.ts';
import { protocolCode } from './kafka-errors.ts';

/** Topics that this process knows to be live. A topic it does not know is treated as lasting, which is never wrong. */
export type LiveTopics = Set<string>;

const CREATE_TIMEOUT_MS = 15_000;
/** As many copies as design section 2 promises, or as many as there are brokers. */
const REPLICATION_MAX = 3;
const FOREVER = '-1';
const LONG_MAX = '9223372036854775807';
/** A segment is deleted as a whole: a short retention needs small ones, or nothing is ever old enough. */
const LIVE_SEGMENT_MS = 60_000;
const LIVE_SEGMENT_BYTES = 16_777_216;
/** Compaction passes over the segment that is written to: with the default of a week nothing would ever be compacted. */
const COMPACT_SEGMENT_MS = 3_600_000;
const SYSTEM_TOPIC = /^__/;

const described = [
  'cleanup.policy',
  'retention.ms',
  'min.compaction.lag.ms',
  'unclean.leader.election.enable',
] as const;

function settingsOf(spec: TopicSpec, replication: number): Record<string, string> {
  const settings: Record<string, string> = {
    'cleanup.policy': spec.compact ? 'compact' : 'delete',
    // A record's time is its event's: a simulation may run ahead of the clock, and a backfill far behind it.
    'message.timestamp.type': 'CreateTime',
    'message.timestamp.after.max.ms': LONG_MAX,
    'message.timestamp.before.max.ms': LONG_MAX,
    'retention.ms': retentionSettings(spec)['retention.ms'],
    // acks=all means two copies where there are three: one broker may be away.
    'min.insync.replicas': String(spec.live ? 1 : Math.max(1, replication - 1)),
    // Rather silence than lost records; for a live topic rather the newest than none. This also marks a topic as live.
    'unclean.leader.election.enable': String(spec.live),
  };
  if (spec.compact) {
    settings['min.compaction.lag.ms'] = String(spec.compactionLagMs);
    settings['segment.ms'] = String(COMPACT_SEGMENT_MS);
  }
  if (spec.live) {
    settings['segment.ms'] = String(LIVE_SEGMENT_MS);
    settings['segment.bytes'] = String(LIVE_SEGMENT_BYTES);
  }
  return settings;
}

/** Creates a topic that is missing; one that is there stays as it is. */
export async function createTopic(cluster: Cluster, spec: TopicSpec): Promise<void> {
  const { brokers } = await cluster.metadata([]);
  const replication = Math.min(REPLICATION_MAX, brokers.length);
  const { name, partitions } = spec;
  const topic = {
    name,
    partitions,
    replication,
    settings: settingsOf(spec, replication),
    timeoutMs: CREATE_TIMEOUT_MS,
  };
  await cluster.atController(async (node) => {
    try {
      await cluster.ask(node, 'CreateTopics', topic);
    } catch (cause) {
      if (protocolCode(cause) !== 'TOPIC_ALREADY_EXISTS') throw cause;
    }
  });
  await untilLed(cluster, spec.name);
}

export async function changeRetention(cluster: Cluster, topic: string, retention: Retention): Promise<void> {
  // Who is not there is named, instead of what a broker says of its settings.
  await cluster.topic(topic);
  const settings = retentionSettings(retention);
  await cluster.atController((node) => cluster.ask(node, 'IncrementalAlterConfigs', { topic, settings }));
  await untilKept(cluster, topic, settings);
}

/** Brokers hear of changed settings one after the other: done is what the one that is asked next says. */
async function untilKept(cluster: Cluster, topic: string, settings: Readonly<Record<string, string>>): Promise<void> {
  const backoff = new Backoff(CREATE_TIMEOUT_MS);
  for (;;) {
    const question = { topics: [topic], settings: Object.keys(settings) };
    const found = (await cluster.atController((node) => cluster.ask(node, 'DescribeConfigs', question))).get(topic);
    if (Object.entries(settings).every(([name, value]) => found?.get(name) === value)) return;
    if (backoff.exhausted) throw cluster.unreachable(new Error(`the settings of ${topic} do not change`));
    await backoff.wait();
  }
}

const retentionSettings = ({ retentionMs, compactionLagMs }: Retention) => ({
  'retention.ms': retentionMs === undefined ? FOREVER : String(retentionMs),
  'min.compaction.lag.ms': String(compactionLagMs),
});

async function untilLed(cluster: Cluster, name: string): Promise<void> {
  const backoff = new Backoff(CREATE_TIMEOUT_MS);
  for (;;) {
    try {
      // Brokers hear of a new topic one after the other: it is there when all its leaders say so themselves.
      await offsetsAt(cluster, name, 'head');
      return;
    } catch (cause) {
      if (!(cause instanceof ScreenerError && cause.code === 'TOPIC_MISSING') || backoff.exhausted) throw cause;
      await backoff.wait();
    }
  }
}

/** What Kafka knows of its topics; what a topic is about, and who writes it, stands in the topology alone. */
export async function describeTopics(cluster: Cluster): Promise<readonly TopicDescription[]> {
  const { topics } = await cluster.retrying(() => cluster.metadata(null));
  const ours = topics.filter(({ name, isInternal }) => name !== '' && !isInternal && !SYSTEM_TOPIC.test(name));
  if (ours.length === 0) return [];
  const question = { topics: ours.map(({ name }) => name), settings: described };
  const found = await cluster.atController((node) => cluster.ask(node, 'DescribeConfigs', question));
  return ours.map(({ name, id, leaders }) => {
    const settings = found.get(name) ?? new Map<string, string | null>();
    const compact = (settings.get('cleanup.policy') ?? '').includes('compact');
    const retention = settings.get('retention.ms') ?? FOREVER;
    return {
      name,
      about: '',
      key: '',
      events: [],
      writers: [],
      partitions: leaders.length,
      retentionMs: retention === FOREVER ? undefined : Number(retention),
      compact,
      compactionLagMs: Number(settings.get('min.compaction.lag.ms') ?? 0),
      live: settings.get('unclean.leader.election.enable') === 'true',
      topicId: id,
    };
  });
}
