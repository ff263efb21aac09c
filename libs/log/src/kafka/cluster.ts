/** What is known of the Kafka cluster: brokers, topics with the leaders of their partitions, and coordinators. */
import { ScreenerError } from '@screener/errors';
import { Backoff } from './backoff.ts';
import {
  type Address,
  type Answer,
  type BrokerConnection,
  type ClientName,
  type CoordinatorKind,
  type KafkaClient,
  type Metadata,
  NOBODY,
  type Question,
  type RequestName,
  type TopicMetadata,
} from './client.ts';
import { Connections } from './connections.ts';
import { describeError, isPassing, isUnavailable, missingRight, protocolCode, refusal } from './kafka-errors.ts';

export interface TopicLayout {
  readonly name: string;
  readonly id: string;
  /** Node id of the leader of each partition. */
  readonly leaders: readonly number[];
}

export interface ClusterOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Default 'platformatic'. Tests bring their own. */
  readonly client?: ClientName | KafkaClient;
}

/** How long a broker may be away before a call gives up. */
export const UNREACHABLE_MS_MAX = 30_000;
const OPEN_TIMEOUT_MS = 8_000;
/** A topic that was created a moment ago may not be known to every broker yet. */
const TOPIC_GRACE_MS = 300;
const CONTROL_LANE = 'control';
const DEFAULT_PORT = 9092;
const UNKNOWN_TOPIC = 'UNKNOWN_TOPIC_OR_PARTITION';

export class Cluster {
  readonly brokers: string;
  readonly client: KafkaClient;
  readonly connections: Connections;
  #id = '';
  readonly #bootstrap: readonly Address[];
  #nodes = new Map<number, Address>();
  #controller = NOBODY;
  readonly #layouts = new Map<string, TopicLayout>();
  readonly #coordinators = new Map<string, number>();

  private constructor(options: ClusterOptions, client: KafkaClient) {
    this.brokers = options.brokers.join(',');
    this.#bootstrap = options.brokers.map(parseAddress);
    this.client = client;
    this.connections = new Connections(client, (connection) => this.#recognise(connection));
  }

  static async open(options: ClusterOptions): Promise<Cluster> {
    const cluster = new Cluster(options, await loadClient(options));
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
  async send<N extends RequestName>(lane: string, node: number, name: N, question: Question<N>): Promise<Answer<N>> {
    return (await this.connection(lane, node)).send(name, question);
  }

  async ask<N extends RequestName>(node: number, name: N, question: Question<N>): Promise<Answer<N>> {
    return this.send(CONTROL_LANE, node, name, question);
  }

  async connection(lane: string, node: number): Promise<BrokerConnection> {
    return this.connections.get(lane, await this.address(node));
  }

  async address(node: number): Promise<Address> {
    if (!this.#nodes.has(node)) await this.metadata([]);
    const address = this.#nodes.get(node);
    if (!address) throw this.unreachable(new Error(`node ${node} is not in the cluster now`));
    return address;
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

  /**
   * Every connection is asked which cluster it leads to before anything else goes over it: behind an address that we know,
   * another cluster may answer after a restart, with topics of the same names.
   */
  async #recognise(connection: BrokerConnection): Promise<void> {
    if (this.#id === '') return;
    const { clusterId } = await connection.send('Metadata', { topics: [] });
    const found = clusterId ?? this.brokers;
    if (found !== this.#id)
      throw new ScreenerError('CLUSTER_CHANGED', { brokers: this.brokers, found, expected: this.#id });
  }

  unreachable(cause: unknown): ScreenerError {
    if (cause instanceof ScreenerError) return cause;
    // An answer that is a refusal for now is no silence.
    const code = protocolCode(cause) === undefined ? 'BROKER_UNREACHABLE' : 'BROKER_NOT_READY';
    return new ScreenerError(code, { brokers: this.brokers, reason: describeError(cause) }, { cause });
  }

  refused(cause: unknown): ScreenerError {
    if (cause instanceof ScreenerError) return cause;
    const what = missingRight(cause);
    if (what !== undefined) {
      const reason = protocolCode(cause) ?? '';
      return new ScreenerError('BROKER_UNAUTHORIZED', { brokers: this.brokers, what, reason }, { cause });
    }
    return new ScreenerError('BROKER_REFUSED', { brokers: this.brokers, reason: describeError(cause) }, { cause });
  }

  /** Topics by name, or all with `null`. What is wrong with one topic stands in its error code. */
  async metadata(topics: readonly string[] | null): Promise<Metadata> {
    let last: unknown;
    for (const address of this.#addresses()) {
      try {
        const connection = await this.connections.get(CONTROL_LANE, address);
        const metadata = await connection.send('Metadata', { topics });
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

  /** Where a topic's partitions are led; known ones are not asked for again until `forget`. */
  async topic(name: string): Promise<TopicLayout> {
    const known = this.#layouts.get(name);
    if (known) return known;
    const grace = new Backoff(TOPIC_GRACE_MS);
    return this.retrying(async () => {
      for (;;) {
        const metadata = await this.metadata([name]);
        const found = metadata.topics.find((topic) => topic.name === name);
        if (found?.code !== undefined && missingRight(refusal(found.code)) !== undefined) throw refusal(found.code);
        if (found && found.code !== UNKNOWN_TOPIC) return this.#remember(name, found);
        if (grace.exhausted)
          throw new ScreenerError('TOPIC_MISSING', { topic: name, where: `Kafka at ${this.brokers}` });
        await grace.wait();
      }
    });
  }

  #remember(name: string, { id, leaders }: TopicMetadata): TopicLayout {
    if (leaders.length === 0 || leaders.includes(NOBODY))
      throw this.unreachable(new Error(`${name} has no leader now`));
    const layout = { name, id, leaders };
    this.#layouts.set(name, layout);
    return layout;
  }

  /** Leaders moved, or the topic was created anew: the next call asks again. */
  forget(topic: string): void {
    this.#layouts.delete(topic);
  }

  /** Runs a request at the controller, or at the broker that stands for it; asks anew who that is when it does not answer. */
  async atController<T>(request: (node: number) => Promise<T>, timeoutMs = UNREACHABLE_MS_MAX): Promise<T> {
    return this.retrying(async () => {
      if (this.#controller === NOBODY || !this.#nodes.has(this.#controller)) await this.metadata([]);
      try {
        return await request(this.#controller);
      } catch (cause) {
        if (isPassing(cause)) this.#controller = NOBODY;
        throw cause;
      }
    }, timeoutMs);
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
    const found = await this.#askAnybody('FindCoordinator', { kind, key });
    this.#nodes.set(found.nodeId, { host: found.host, port: found.port });
    this.#coordinators.set(`${kind}:${key}`, found.nodeId);
    return found.nodeId;
  }

  /** The first broker that answers: one that is gone may still be connected to, through what stands before it. */
  async #askAnybody<N extends RequestName>(name: N, question: Question<N>): Promise<Answer<N>> {
    if (this.#nodes.size === 0) await this.metadata([]);
    let last: unknown = new Error('no broker can be connected');
    for (const node of [...this.#nodes.keys()]) {
      try {
        return await this.ask(node, name, question);
      } catch (cause) {
        if (!isUnavailable(cause)) throw cause;
        last = cause;
      }
    }
    throw this.unreachable(last);
  }

  #addresses(): Address[] {
    return [...this.#nodes.values(), ...this.#bootstrap];
  }

  async close(): Promise<void> {
    this.connections.close();
    await this.client.close();
  }
}

/** The other client is not even loaded. */
async function loadClient(options: ClusterOptions): Promise<KafkaClient> {
  if (typeof options.client === 'object') return options.client;
  if (options.client === 'kafkajs') {
    const { KafkajsClient } = await import('./kafkajs/kafkajs-client.ts');
    return new KafkajsClient(options);
  }
  const { PlatformaticClient } = await import('./platformatic/platformatic-client.ts');
  return new PlatformaticClient(options);
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
