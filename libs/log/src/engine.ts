/**
 * The inner seam of `libs/log`: what an engine must provide so that the processor (one piece of code for all engines)
 * can run on it. Apps never see this file. A call that fails throws a ScreenerError with a code of its own.
 */
import type { KeptInput, LogRecord, NewRecord, PartitionOffsets, Reader, ReaderOptions, Writer } from './port.ts';
import type { Timers } from './timers.ts';
import type { Retention, TopicDescription, TopicSpec } from './topology.ts';

/** The right to write for one input partition of one group. Made by `transactor`, which fences the owner before. */
export interface Transactor {
  /** Next input offset to read, read after the previous owner was fenced and its transaction settled; undefined: none yet. */
  readonly committed: number | undefined;
  /** Outputs and input offset, all or nothing, durable when resolved. After any rejection the transactor is dead. */
  commit(outputs: readonly NewRecord[], nextOffset: number): Promise<void>;
  close(): Promise<void>;
}

/** Told by the group which partitions of the input this member has. Revocation is settled before anybody else gets them. */
export interface AssignmentListener {
  assigned(partitions: readonly number[]): void;
  /** Resolves when the member has stopped working on them. */
  revoked(partitions: readonly number[]): Promise<void>;
  failed(cause: unknown): void;
}

export interface Membership {
  leave(): Promise<void>;
}

export interface Engine {
  readonly name: 'embedded' | 'kafka';
  readonly cluster: string;
  /** Where given, the processor waits by it: a simulation has a time of its own. */
  readonly timers?: Timers;
  createTopic(spec: TopicSpec): Promise<void>;
  topics(): Promise<readonly TopicDescription[]>;
  /** Of a topic that is there. What is older than that is gone soon. */
  changeRetention(topic: string, retention: Retention): Promise<void>;
  writer(): Writer;
  reader(options: ReaderOptions): Reader;
  offsets(topic: string): Promise<readonly PartitionOffsets[]>;
  committed(group: string, topic: string): Promise<ReadonlyMap<number, number>>;
  join(group: string, topic: string, listener: AssignmentListener): Promise<Membership>;
  transactor(group: string, topic: string, partition: number): Promise<Transactor>;
  /** Offsets of a consumer that keeps them elsewhere, mirrored for lag. Best effort. */
  mirror(group: string, topic: string, partition: number, nextOffset: number): Promise<void>;
  /**
   * A take-over of `group` reads this partition from `offset` on: retention never passes the lowest offset that any group
   * protects, also while the group does not run. A later call of the same group replaces its offset; where several tasks of
   * it need the partition, as they do of a side topic, each has one of its own. Missing where retention is not the
   * engine's business, as on Kafka.
   */
  protect?(group: string, topic: string, partition: number, offset: number, task?: number): Promise<void>;
  /** All that is protected. */
  protections?(): Promise<readonly KeptInput[]>;
  /** Protects nothing for a group any more; refused while it has a member. */
  release?(group: string): Promise<void>;
  close(): Promise<void>;
}

export type { LogRecord, NewRecord };
