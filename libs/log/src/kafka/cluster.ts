/** What is known of the Kafka cluster: brokers, topics with the leaders of their partitions, and coordinators. */
import { Base, type Connection, FindCoordinatorKeyTypes } from '@platformatic/kafka';
import { ScreenerError } from '@screener/errors';
import { Backoff } from './backoff.ts';
import { type Address, Connections } from './connections.ts';
import { describeError, isPassing, isUnavailable, protocolCode, responseOf } from './kafka-errors.ts';
import { type Answer, Dialect, type Given, type RequestName } from './requests.ts';

export interface TopicLayout {
  readonly name: string;
  readonly id: string;
  /** Node id of the leader of each partition. */
  readonly leaders: readonly number[];
}

export type CoordinatorKind = 'group' | 'transaction';

export interface ClusterOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
}

/** How long a broker may be away before a call gives up. */
export const UNREACHABLE_MS_MAX = 30_000;
const OPEN_TIMEOUT_MS = 8_000;
/** A topic that was created a moment ago may not be known to every broker yet. */
const TOPIC_GRACE_MS = 300;
const CONTROL_LANE = 'control';
const DEFAULT_PORT = 9092;
const UNKNOWN_TOPIC = 3;
const NOBODY = -1;

type Metadata = Answer<'Metadata'>;

export class Cluster {
  readonly brokers: string;
  readonly connections: Connections;
  #id = '';
  readonly #bootstrap: readonly Address[];
  readonly #client: Base;
  readonly #dialect: Dialect;
  #nodes = new Map<number, Address>();
  #controller = NOBODY;
  readonly #layouts = new Map<string, TopicLayout>();
  readonly #coordinators = new Map<string, number>();

  private constructor(options: ClusterOptions) {
    this.brokers = options.brokers.join(',');
    this.#bootstrap = options.brokers.map(parseAddress);
    this.connections = new Connections(options.clientId);
    // Only asked which versions the brokers speak: everything else goes over connections of our own.
    this.#client = new Base({
      clientId: options.clientId,
      bootstrapBrokers: [...options.brokers],
      retries: 1,
      retryDelay: 50,
    });
    this.#dialect = new Dialect(this.#client);
  }

  static async open(options: ClusterOptions): Promise<Cluster> {
    const cluster = new Cluster(options);
    try {
      const metadata = await cluster.retrying(() => cluster.metadata([]), OPEN_TIMEOUT_MS);
      cluster.#id = metadata.clusterId ?? cluster.brokers;
      return cluster;
    } catch (cause) {
      await cluster.close();
      throw cause;
    }
  }

  get id(): string {
    return this.#id;
  }

  /** A request to one node over the connection of a lane. */
  async send<N extends RequestName>(lane: string, node: number, name: N, ...given: Given<N>): Promise<Answer<N>> {
    return this.#dialect.send(await this.connection(lane, node), name, ...given);
  }

  async ask<N extends RequestName>(node: number, name: N, ...given: Given<N>): Promise<Answer<N>> {
    return this.send(CONTROL_LANE, node, name, ...given);
  }

  version(name: RequestName): Promise<number> {
    return this.#dialect.version(name);
  }

  async connection(lane: string, node: number): Promise<Connection> {
    let address = this.#nodes.get(node);
    if (!address) {
      await this.metadata([]);
      address = this.#nodes.get(node);
      if (!address) throw this.unreachable(new Error(`node ${node} is not in the cluster now`));
    }
    return this.connections.get(lane, address);
  }

  /** Repeats what fails for a passing reason, until it succeeds or time is up. */
  async retrying<T>(attempt: () => Promise<T>, timeoutMs = UNREACHABLE_MS_MAX): Promise<T> {
    const backoff = new Backoff(timeoutMs);
    for (;;) {
      try {
        return await attempt();
      } catch (cause) {
        if (!isUnavailable(cause)) throw this.refused(cause);
        if (backoff.exhausted) throw this.unreachable(cause);
        await backoff.wait();
      }
    }
  }

  unreachable(cause: unknown): ScreenerError {
    if (cause instanceof ScreenerError) return cause;
    // An answer that is a refusal for now is no silence.
    const code = protocolCode(cause) === undefined ? 'BROKER_UNREACHABLE' : 'BROKER_NOT_READY';
    return new ScreenerError(code, { brokers: this.brokers, reason: describeError(cause) }, { cause });
  }

  refused(cause: unknown): ScreenerError {
    if (cause instanceof ScreenerError) return cause;
    return new ScreenerError('BROKER_REFUSED', { brokers: this.brokers, reason: describeError(cause) }, { cause });
  }

  /** Topics by name, or all with `null`. What is wrong with one topic stands in its error code. */
  async metadata(topics: readonly string[] | null): Promise<Metadata> {
    let last: unknown;
    for (const address of this.#addresses()) {
      try {
        const connection = await this.connections.get(CONTROL_LANE, address);
        const metadata = await this.#askMetadata(connection, topics);
        this.#nodes = new Map(metadata.brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]));
        this.#controller = metadata.controllerId;
        return metadata;
      } catch (cause) {
        if (!isPassing(cause)) throw cause;
        last = cause;
      }
    }
    throw this.unreachable(last);
  }

  async #askMetadata(connection: Connection, topics: readonly string[] | null): Promise<Metadata> {
    try {
      return await this.#dialect.send(connection, 'Metadata', topics === null ? null : [...topics], false, false);
    } catch (cause) {
      const response = responseOf(cause);
      if (response === undefined) throw cause;
      return response as Metadata;
    }
  }

  /** Where a topic's partitions are led; known ones are not asked for again until `forget`. */
  async topic(name: string): Promise<TopicLayout> {
    const known = this.#layouts.get(name);
    if (known) return known;
    const grace = new Backoff(TOPIC_GRACE_MS);
    return this.retrying(async () => {
      for (;;) {
        const metadata = await this.metadata([name]);
        const found = metadata.topics.find((topic) => topic.name === name);
        if (found && found.errorCode !== UNKNOWN_TOPIC) return this.#remember(name, found);
        if (grace.exhausted)
          throw new ScreenerError('TOPIC_MISSING', { topic: name, where: `Kafka at ${this.brokers}` });
        await grace.wait();
      }
    });
  }

  #remember(name: string, found: Metadata['topics'][number]): TopicLayout {
    const leaders: number[] = [];
    for (const { partitionIndex, leaderId } of found.partitions) leaders[partitionIndex] = leaderId;
    if (leaders.length === 0 || leaders.includes(NOBODY))
      throw this.unreachable(new Error(`${name} has no leader now`));
    // Brokers that speak metadata below version 10 (Redpanda) have no topic ids: the name stands for it.
    const layout = { name, id: found.topicId ?? name, leaders };
    this.#layouts.set(name, layout);
    return layout;
  }

  /** Leaders moved, or the topic was created anew: the next call asks again. */
  forget(topic: string): void {
    this.#layouts.delete(topic);
  }

  async controller(): Promise<number> {
    if (this.#controller === NOBODY || !this.#nodes.has(this.#controller)) await this.metadata([]);
    return this.#controller;
  }

  nodes(): readonly number[] {
    return [...this.#nodes.keys()];
  }

  /** Runs a request at the coordinator of a group or transactional id; finds it anew when it has moved. */
  async atCoordinator<T>(
    kind: CoordinatorKind,
    key: string,
    request: (node: number) => Promise<T>,
    timeoutMs = UNREACHABLE_MS_MAX,
  ): Promise<T> {
    return this.retrying(async () => {
      const node = await this.coordinator(kind, key);
      try {
        return await request(node);
      } catch (cause) {
        if (isPassing(cause) && protocolCode(cause) !== 'CONCURRENT_TRANSACTIONS') this.forgetCoordinator(kind, key);
        throw cause;
      }
    }, timeoutMs);
  }

  forgetCoordinator(kind: CoordinatorKind, key: string): void {
    this.#coordinators.delete(`${kind}:${key}`);
  }

  async coordinator(kind: CoordinatorKind, key: string): Promise<number> {
    const known = this.#coordinators.get(`${kind}:${key}`);
    if (known !== undefined) return known;
    const keyType = kind === 'group' ? FindCoordinatorKeyTypes.GROUP : FindCoordinatorKeyTypes.TRANSACTION;
    const node = await this.#anyNode();
    const { coordinators } = await this.ask(node, 'FindCoordinator', keyType, [key]);
    const found = coordinators[0];
    if (!found) throw this.unreachable(new Error(`no coordinator for ${key}`));
    this.#nodes.set(found.nodeId, { host: found.host, port: found.port });
    this.#coordinators.set(`${kind}:${key}`, found.nodeId);
    return found.nodeId;
  }

  async #anyNode(): Promise<number> {
    if (this.#nodes.size === 0) await this.metadata([]);
    // The first that still answers; metadata drops those that left.
    for (const node of this.#nodes.keys()) {
      try {
        await this.connection(CONTROL_LANE, node);
        return node;
      } catch (cause) {
        if (!isPassing(cause)) throw cause;
      }
    }
    throw this.unreachable(new Error('no broker can be connected'));
  }

  #addresses(): Address[] {
    return [...this.#nodes.values(), ...this.#bootstrap];
  }

  async close(): Promise<void> {
    await Promise.all([this.connections.close(), this.#client.close()]);
  }
}

function parseAddress(text: string): Address {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text.trim());
  const host = match?.[1] ?? match?.[2];
  if (host === undefined) {
    const expected = 'host:port, separated by commas';
    throw new ScreenerError('SETTING_INVALID', {
      setting: 'KAFKA_BROKERS',
      found: text,
      expected,
      example: 'localhost:9092',
    });
  }
  return { host, port: Number(match?.[3] ?? DEFAULT_PORT) };
}
