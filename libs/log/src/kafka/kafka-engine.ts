/** The log on Kafka. Everything it promises is in the port; how, in the files of this folder. */
import { ScreenerError } from '@screener/errors';
import type { AssignmentListener, Engine, Membership, Transactor } from '../engine.ts';
import { type Notify, silent } from '../notify.ts';
import type { PartitionOffsets, Reader, ReaderOptions, Writer } from '../port.ts';
import type { Retention, TopicDescription, TopicSpec } from '../topology.ts';
import type { ClientName, GroupMember, KafkaClient } from './client.ts';
import { Cluster } from './cluster.ts';
import { commitOffset, committedOffsets, nobody, partitionOffsets } from './group-offsets.ts';
import { describeError } from './kafka-errors.ts';
import { KafkaReader } from './kafka-reader.ts';
import { changeRetention, createTopic, describeTopics, type LiveTopics } from './kafka-topics.ts';
import { openTransactor } from './kafka-transactor.ts';
import { KafkaWriter } from './kafka-writer.ts';

export interface KafkaEngineOptions {
  /** host:port */
  readonly brokers: readonly string[];
  /** How this process is called in the broker's log. */
  readonly clientId: string;
  /** Static membership: a name that this process keeps over restarts. Default: none. */
  readonly instanceId?: string;
  readonly notify?: Notify;
  /** Default 'platformatic'. Tests bring their own. */
  readonly client?: ClientName | KafkaClient;
}

export async function openKafkaEngine(options: KafkaEngineOptions): Promise<Engine> {
  const cluster = await Cluster.open(options);
  try {
    const topics = await describeTopics(cluster);
    return new KafkaEngine(cluster, options, new Set(topics.filter(({ live }) => live).map(({ name }) => name)));
  } catch (cause) {
    await cluster.close();
    throw cause;
  }
}

interface Closable {
  close(): Promise<void>;
}

class KafkaEngine implements Engine {
  readonly name = 'kafka';
  readonly cluster: string;
  readonly #cluster: Cluster;
  readonly #options: KafkaEngineOptions;
  readonly #notify: Notify;
  readonly #liveTopics: LiveTopics;
  readonly #members = new Map<string, Set<GroupMember>>();
  readonly #open = new Set<Closable>();
  #closing: Promise<void> | undefined;

  constructor(cluster: Cluster, options: KafkaEngineOptions, liveTopics: LiveTopics) {
    this.#cluster = cluster;
    this.cluster = cluster.id;
    this.#options = options;
    this.#notify = options.notify ?? silent;
    this.#liveTopics = liveTopics;
  }

  async createTopic(spec: TopicSpec): Promise<void> {
    this.#checkOpen('creating a topic');
    await createTopic(this.#cluster, spec);
    if (spec.live) this.#liveTopics.add(spec.name);
  }

  async topics(): Promise<readonly TopicDescription[]> {
    this.#checkOpen('describing topics');
    return describeTopics(this.#cluster);
  }

  async changeRetention(topic: string, retention: Retention): Promise<void> {
    this.#checkOpen('changing how long a topic is kept');
    await changeRetention(this.#cluster, topic, retention);
  }

  writer(): Writer {
    this.#checkOpen('a writer');
    const writer: Writer = new KafkaWriter(this.#cluster, this.#liveTopics, () => this.#open.delete(writer));
    this.#open.add(writer);
    return writer;
  }

  reader(options: ReaderOptions): Reader {
    this.#checkOpen('a reader');
    const reader: Reader = new KafkaReader(this.#cluster, options, this.#notify, () => this.#open.delete(reader));
    this.#open.add(reader);
    return reader;
  }

  async offsets(topic: string): Promise<readonly PartitionOffsets[]> {
    this.#checkOpen('reading offsets');
    return partitionOffsets(this.#cluster, topic);
  }

  async committed(group: string, topic: string): Promise<ReadonlyMap<number, number>> {
    this.#checkOpen('reading committed offsets');
    return committedOffsets(this.#cluster, group, topic);
  }

  async join(group: string, topic: string, listener: AssignmentListener): Promise<Membership> {
    this.#checkOpen('joining a group');
    const { brokers, clientId, instanceId } = this.#options;
    const member: GroupMember = this.#cluster.client.member({
      group,
      topic,
      clientId,
      instanceId,
      bootstrapBrokers: brokers,
      listener,
      notify: this.#notify,
      onLeave: () => this.#members.get(group)?.delete(member),
    });
    const members = this.#members.get(group) ?? new Set();
    this.#members.set(group, members.add(member));
    await member.join(this.#cluster);
    return member;
  }

  async transactor(group: string, topic: string, partition: number): Promise<Transactor> {
    this.#checkOpen('a transactor');
    const transactor = await openTransactor(this.#cluster, { group, topic, partition });
    this.#open.add(transactor);
    void transactor.ended.then(() => this.#open.delete(transactor));
    return transactor;
  }

  async mirror(group: string, topic: string, partition: number, nextOffset: number): Promise<void> {
    const [member] = this.#members.get(group) ?? [];
    try {
      await commitOffset(this.#cluster, group, { topic, partition }, nextOffset, member?.committer ?? nobody);
    } catch (cause) {
      // Only what `lag` shows is behind until the next one: the offset that counts is in the consumer's own store.
      this.#notify(`group ${group}: offset of ${topic} ${partition} not mirrored: ${describeError(cause)}`, cause);
    }
  }

  #checkOpen(action: string): void {
    if (this.#closing) throw new ScreenerError('LOG_CLOSED', { action });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const members = [...this.#members.values()].flatMap((set) => [...set]);
    await Promise.all(members.map((member) => member.leave()));
    await Promise.all([...this.#open].map((open) => open.close()));
    await this.#cluster.close();
  }
}
