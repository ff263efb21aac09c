/** The settings file of one node (broker and controller in one) for tests and development. */
import { join } from 'node:path';

/** A further address of a broker, for programs that come to it through something of ours in between. */
export interface ExtraListener {
  /** In capitals, as Kafka names listeners. */
  readonly name: string;
  /** Where the broker listens. */
  readonly port: number;
  /** What it tells clients that come this way. */
  readonly advertisedPort: number;
}

export interface NodePlace {
  readonly id: number;
  readonly port: number;
  readonly controllerPort: number;
  readonly listeners: readonly ExtraListener[];
}

const LONG_MAX = '9223372036854775807';
const REPLICATION_MAX = 3;

export function brokerSettings(
  directory: string,
  node: NodePlace,
  all: readonly NodePlace[],
  further: Readonly<Record<string, string | number | boolean>> = {},
): string {
  const replication = Math.min(REPLICATION_MAX, all.length);
  const inSyncMin = Math.max(1, replication - 1);
  const local = (name: string, port: number): string => `${name}://127.0.0.1:${port}`;
  const extra = node.listeners;
  const settings: Readonly<Record<string, string | number | boolean>> = {
    'process.roles': 'broker,controller',
    'node.id': node.id,
    'controller.quorum.voters': all.map(({ id, controllerPort }) => `${id}@127.0.0.1:${controllerPort}`).join(','),
    listeners: [
      local('PLAINTEXT', node.port),
      local('CONTROLLER', node.controllerPort),
      ...extra.map(({ name, port }) => local(name, port)),
    ].join(','),
    'advertised.listeners': [
      local('PLAINTEXT', node.port),
      ...extra.map(({ name, advertisedPort }) => local(name, advertisedPort)),
    ].join(','),
    'listener.security.protocol.map': ['CONTROLLER', 'PLAINTEXT', ...extra.map(({ name }) => name)]
      .map((name) => `${name}:PLAINTEXT`)
      .join(','),
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': join(directory, 'data'),
    'auto.create.topics.enable': false,
    'default.replication.factor': replication,
    'min.insync.replicas': inSyncMin,
    'offsets.topic.replication.factor': replication,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': replication,
    'transaction.state.log.min.isr': inSyncMin,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': replication,
    'share.coordinator.state.topic.min.isr': inSyncMin,
    'share.coordinator.state.topic.num.partitions': 1,
    // A test with two members should not wait three seconds for a third.
    'group.initial.rebalance.delay.ms': 0,
    // A transaction that its owner abandoned is aborted soon after its own (short) timeout, not within ten seconds of it.
    'transaction.abort.timed.out.transaction.cleanup.interval.ms': 1_000,
    // Idempotence forgets a producer whose newest record is older than this, by the record's own time; the most it takes.
    'producer.id.expiration.ms': 2_147_483_647,
    // The default would take 128 MB of the heap.
    'log.cleaner.dedupe.buffer.size': 8_388_608,
    // Timestamps are the events' own: a simulation may be ahead of the wall clock, a backfill far behind it.
    'log.message.timestamp.after.max.ms': LONG_MAX,
    'log.message.timestamp.before.max.ms': LONG_MAX,
  };
  return Object.entries({ ...settings, ...further })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
