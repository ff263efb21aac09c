/**
 * The inner seam of the Kafka engine: what it asks of a client library. Everything else is the engine's own: which broker,
 * when, in what order, what to repeat. A client moves one request and its answer over one connection, and keeps one
 * member of a group. Two implement it, `platformatic` (default) and `kafkajs`.
 */
import type { AssignmentListener, Membership, NewRecord } from '../engine.ts';
import type { Notify } from '../notify.ts';
import type { KafkaClientName } from '../open-log.ts';
import type { Cluster } from './cluster.ts';
import type { FetchedBatch } from './fetched-batch.ts';

export type { KafkaClientName as ClientName };

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface KafkaClient {
  readonly name: KafkaClientName;
  connect(address: Address): Promise<BrokerConnection>;
  member(options: MemberOptions): GroupMember;
  close(): Promise<void>;
}

/** Limits that every client gives its connections. */
export const CONNECT_TIMEOUT_MS = 5_000;
/** Longer than any request of ours waits at the broker on purpose. */
export const REQUEST_TIMEOUT_MS = 15_000;
/** Requests written ahead of their answers on one connection; the broker still handles them in order. */
export const PIPELINED_REQUESTS_MAX = 32;

/** One connection. A broker answers its requests in order, one at a time. */
export interface BrokerConnection {
  /**
   * Rejects with `RequestFailed`; anything else is a bug or a refusal of the client itself. A connection on which a request
   * was not answered in time is ended: whatever lies between may have forgotten it, and would swallow the next one too.
   */
  send<N extends RequestName>(name: N, question: Question<N>): Promise<Answer<N>>;
  /** Called once, when no request can be sent any more. */
  onClose(call: () => void): void;
  /** Ends it at once; what waits for an answer fails. */
  destroy(): void;
}

/** The broker refused, or did not answer. */
export class RequestFailed extends Error {
  /** The protocol's name of the refusal, such as NOT_COORDINATOR; undefined: no answer came, the request may be done or not. */
  readonly code: string | undefined;
  /** Nothing at all was heard: neither an answer, nor that the connection is gone. */
  readonly timedOut: boolean;

  constructor(code: string | undefined, message: string, options?: ErrorOptions & { readonly timedOut?: boolean }) {
    super(message, options);
    this.name = 'RequestFailed';
    this.code = code;
    this.timedOut = options?.timedOut === true;
  }
}

export interface MemberOptions {
  readonly group: string;
  readonly topic: string;
  readonly clientId: string;
  readonly bootstrapBrokers: readonly string[];
  /** A name that outlives a restart: the group keeps this member's partitions for one session timeout. */
  readonly instanceId: string | undefined;
  readonly listener: AssignmentListener;
  readonly notify: Notify;
  readonly onLeave: () => void;
}

export interface GroupMember extends Membership {
  join(cluster: Cluster): Promise<void>;
  /** undefined while it is no member. */
  readonly committer: Committer | undefined;
}

/** Timing of group members, whoever implements them. */
/** How long a member that died without a word keeps its partitions. Brokers allow no less than 6 s by default. */
export const SESSION_TIMEOUT_MS = 6_000;
/** Members hear of a rebalance with their next heartbeat: this is most of what handing over a partition takes. */
export const HEARTBEAT_INTERVAL_MS = 500;
/** How long the group waits for a member that was asked to join again. */
export const REBALANCE_TIMEOUT_MS = 10_000;
/** Settling takes milliseconds. Nobody sends heartbeats meanwhile, so it must end well within the session. */
export const REVOCATION_MS_MAX = 4_000;
export const LEAVE_TIMEOUT_MS = 2_000;

/** Who commits: a group with members takes plain commits from its members only. */
export interface Committer {
  readonly memberId: string;
  readonly generation: number;
}

export type CoordinatorKind = 'group' | 'transaction';

/** Node id where nobody leads. */
export const NOBODY = -1;

/** Who writes in a transaction. */
export interface Owner {
  readonly transactionalId: string;
  readonly producerId: bigint;
  readonly producerEpoch: number;
}

/** Who appends: gives each batch its place, so that a repeated one is recognised by the broker and not written twice. */
export interface Producer {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly transactionalId?: string;
}

export interface OutgoingBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly NewRecord[];
  /** Room that is enough for all of its records. */
  readonly bytesMax: number;
  /** Sequence number of its first record; only with a producer. */
  readonly firstSequence: number;
}

export interface ProducedPartition {
  readonly topic: string;
  readonly partition: number;
  /** Why it was refused; undefined: it is in. */
  readonly code: string | undefined;
  readonly baseOffset: bigint;
}

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

export interface FetchedPartition {
  readonly partition: number;
  readonly code: string | undefined;
  /** Whole record batches as they stand in the log: control batches and those of aborted transactions too. */
  readonly batches: readonly FetchedBatch[];
  readonly aborted: readonly AbortedTransaction[];
}

export interface TopicMetadata {
  readonly name: string;
  /** Changes when the topic is created anew; the name where brokers do not know ids (Redpanda). */
  readonly id: string;
  readonly code: string | undefined;
  readonly isInternal: boolean;
  /** Node id of the leader of each partition. */
  readonly leaders: readonly number[];
}

export interface Metadata {
  readonly clusterId: string | null;
  readonly controllerId: number;
  readonly brokers: readonly ({ readonly nodeId: number } & Address)[];
  readonly topics: readonly TopicMetadata[];
}

/** What is asked, and what is answered. A partition that fails is told in the answer only where its row has a `code`. */
export interface Requests {
  Metadata: [question: { readonly topics: readonly string[] | null }, answer: Metadata];
  FindCoordinator: [
    question: { readonly kind: CoordinatorKind; readonly key: string },
    answer: { readonly nodeId: number } & Address,
  ];
  CreateTopics: [
    question: {
      readonly name: string;
      readonly partitions: number;
      readonly replication: number;
      readonly settings: Readonly<Record<string, string>>;
      readonly timeoutMs: number;
    },
    answer: undefined,
  ];
  /** Settings of topics, by topic and name. */
  DescribeConfigs: [
    question: { readonly topics: readonly string[]; readonly settings: readonly string[] },
    answer: ReadonlyMap<string, ReadonlyMap<string, string | null>>,
  ];
  /** Changes settings of one topic and leaves the others as they are. */
  IncrementalAlterConfigs: [
    question: { readonly topic: string; readonly settings: Readonly<Record<string, string>> },
    answer: undefined,
  ];
  ListOffsets: [
    question: {
      readonly topic: string;
      readonly partitions: readonly number[];
      /** In ms, or one of the two below. */
      readonly timestamp: bigint;
      /** The end is where the first open transaction begins. */
      readonly committed: boolean;
    },
    answer: ReadonlyMap<number, bigint>,
  ];
  InitProducerId: [
    question: { readonly transactionalId: string | null; readonly transactionTimeoutMs: number },
    answer: { readonly producerId: bigint; readonly producerEpoch: number },
  ];
  AddPartitionsToTxn: [
    question: Owner & { readonly topics: readonly { readonly name: string; readonly partitions: readonly number[] }[] },
    answer: undefined,
  ];
  AddOffsetsToTxn: [question: Owner & { readonly group: string }, answer: undefined];
  Produce: [
    question: {
      /** 'leader': acknowledged by the leader alone. */
      readonly acks: 'all' | 'leader';
      readonly timeoutMs: number;
      readonly batches: readonly OutgoingBatch[];
      readonly producer: Producer | undefined;
    },
    answer: readonly ProducedPartition[],
  ];
  TxnOffsetCommit: [
    question: Owner & {
      readonly group: string;
      readonly topic: string;
      readonly partition: number;
      readonly nextOffset: number;
    },
    answer: undefined,
  ];
  /** Commits. */
  EndTxn: [question: Owner, answer: undefined];
  Fetch: [
    question: {
      readonly topic: string;
      readonly topicId: string;
      /** Partition and next offset. */
      readonly wanted: readonly (readonly [number, number])[];
      readonly waitMs: number;
      readonly bytesMax: number;
      readonly partitionBytesMax: number;
      readonly committed: boolean;
    },
    answer: { readonly code: string | undefined; readonly partitions: readonly FetchedPartition[] },
  ];
  OffsetFetch: [
    question: {
      readonly group: string;
      readonly topic: string;
      readonly partitions: readonly number[];
      /** Fails with UNSTABLE_OFFSET_COMMIT while a transaction is about to change one of them. */
      readonly stable: boolean;
    },
    answer: ReadonlyMap<number, bigint>,
  ];
  OffsetCommit: [
    question: Committer & {
      readonly group: string;
      readonly topic: string;
      readonly partition: number;
      readonly nextOffset: number;
    },
    answer: undefined,
  ];
}

export type RequestName = keyof Requests;
export type Question<N extends RequestName> = Requests[N][0];
export type Answer<N extends RequestName> = Requests[N][1];

export const EARLIEST = -2n;
export const LATEST = -1n;
/** In answers about offsets: there is none. */
export const NO_OFFSET = -1n;
/** Commits of groups without members, and of transactors: fencing is by transactional id alone. */
export const NO_GENERATION = -1;
