/**
 * The log: the only way apps read and write events. Two engines implement it, embedded (SQLite) and Kafka; one contract
 * suite runs on both. The port moves bytes: what they mean is the business of `libs/events` and of the tasks.
 *
 * Not the engine's job: decoding events, reading a clock to decide anything, keeping state of tasks between restarts.
 */
import type { Retention, TopicDescription, TopicDifference, Topology } from './topology.ts';

export interface NewRecord {
  readonly topic: string;
  /** Records of one key stay in order. `null`: goes to `partition`, or to partition 0. */
  readonly key: string | null;
  /** `null` is a tombstone on a compacted topic. */
  readonly value: Uint8Array | null;
  /** The event's own time in ms, never the time of writing. */
  readonly timestamp: number;
  /** Where given, beats the partitioner. */
  readonly partition?: number;
  /** Trace context and input offsets; not part of the event. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface LogRecord extends NewRecord {
  readonly partition: number;
  readonly offset: number;
}

/** Where reading begins: an end of the topic, the first record at or after a time (ms), or given offsets by partition. */
export type Position =
  | 'beginning'
  | 'end'
  | { readonly time: number }
  | { readonly offsets: ReadonlyMap<number, number> };

export interface ReaderOptions {
  readonly topic: string;
  /** Default: all. */
  readonly partitions?: readonly number[];
  readonly from: Position;
  /** 'end': stop at the end that the topic had when reading began. Default: follow. */
  readonly until?: 'end';
}

/** Committed records in order per partition, in batches as they come. Ends by `until`, `close()` or `break`. */
export interface Reader extends AsyncIterable<readonly LogRecord[]> {
  /** Next offset of each partition after the batches handed out so far. */
  positions(): ReadonlyMap<number, number>;
  close(): Promise<void>;
}

/** Appends records. `append` resolves when all of them are durable; a retry inside never doubles one. */
export interface Writer {
  append(records: readonly NewRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** What a task may do while it applies a record. */
export interface TaskContext {
  /** An output of this input; committed together with its offset, or discarded in a replay. */
  emit(output: NewRecord): void;
  /** False when the restored state of `key` already contains the record at hand (only in a replay, for records that touch many keys). */
  fresh(key: string): boolean;
}

/**
 * A pure fold over one partition: same records in, same outputs out, no clock, no randomness, no I/O.
 * The processor calls these methods one at a time and never concurrently. A record on which `apply` or `applySide` throws
 * is skipped, now and in every replay, and goes to the dead letters; the task is restored to what it was before.
 */
export interface Task {
  /** One record of the primary input. */
  apply(record: LogRecord, context: TaskContext): void;
  /**
   * One record of a side input, before the first record of the minute that sees it. Changes what `apply` looks up, never
   * the state of a key: a replay feeds side records again where the state of a key already contains what came of them.
   * Records of one partition come in order; between partitions and topics no order is promised.
   */
  applySide?(record: LogRecord): void;
  /** One record of a live topic: outputs are written at once, without a transaction; closed state must not change. */
  applyLive?(record: LogRecord, emit: (output: NewRecord) => void): void;
  /** Keys that have state. */
  keys?(): Iterable<string>;
  /** State of one key as bytes. */
  snapshot?(key: string): Uint8Array;
  restore?(key: string, state: Uint8Array): void;
}

export interface ProcessorDefinition {
  /** Consumer group; with topic and partition it makes the transactional id. */
  readonly group: string;
  /** The one primary input. One task per partition of it. */
  readonly input: string;
  /** Live topics with the same partitioning, read from their end. */
  readonly live?: readonly string[];
  /**
   * Small topics, read whole by every task, as of recorded offsets: they change only where a new minute opens. A compacted
   * one must keep what a replay may still ask for: by keys with a version, or a compaction lag as long as the input is kept.
   */
  readonly sides?: readonly string[];
  /**
   * Of side topics that are large and whose old records no task asks for: so far back of the oldest input record that a
   * take-over replays they are read, by the records' time in ms. Others are read whole.
   */
  readonly sideReachMs?: Readonly<Record<string, number>>;
  /** Topic for snapshots and recorded side offsets; same partition count as the input. */
  readonly snapshots: string;
  /** Version of the format that `snapshot` writes. */
  readonly snapshotVersion: number;
  /**
   * State of a key in today's format, from what `version` wrote. Where it is missing or answers undefined, the state is
   * rebuilt from the input; where the log does not hold all of that any more, the member refuses to start.
   */
  readonly migrateSnapshot?: (version: number, key: string, state: Uint8Array) => Uint8Array | undefined;
  /** Event time between two snapshots of one key; keys are staggered over it. Default one hour. */
  readonly snapshotEveryMs?: number;
  /** Topic for records that the task cannot take. Default 'dead-letters'. */
  readonly deadLetters?: string;
  readonly task: (partition: number) => Task;
}

/** Where a consumer's own store has to look its offset up: a different cluster or topic id must be refused by the store. */
export interface InputIdentity {
  readonly cluster: string;
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
}

/** One partition of a consumer that keeps its offsets elsewhere. */
export interface ExternalTask {
  /** Next offset to read as the store has it, after fencing earlier owners there; undefined: from the beginning. */
  load(input: InputIdentity): Promise<number | undefined>;
  /** Commits the records and the next offset in one transaction of the store. */
  write(records: readonly LogRecord[], nextOffset: number): Promise<void>;
  close?(): Promise<void>;
}

export interface ConsumerDefinition {
  readonly group: string;
  readonly input: string;
  readonly task: (partition: number) => ExternalTask;
}

/** The right to write for one partition of a source. */
export interface SourceWriter {
  /**
   * All or nothing, durable when it resolves, in the order of the calls. After one rejection all later ones are rejected too:
   * the task is closed, another begins, and reads in the log whether the rejected records are there.
   */
  append(records: readonly NewRecord[]): Promise<void>;
}

/** One partition of what comes from outside. What it has to go on from it reads in the log. */
export interface SourceTask {
  /**
   * Called when every earlier owner is fenced and what it wrote is settled: a reader to 'end' sees all there is, and
   * nothing is added but by `writer`. Resolves when the partition is being looked after.
   */
  start(writer: SourceWriter): Promise<void>;
  /** Stops writing, also while it still starts; everything appended before is settled when it resolves. */
  close(): Promise<void>;
}

export interface SourceDefinition {
  readonly group: string;
  /** The topic whose partitions the group shares; nothing of it is consumed. */
  readonly input: string;
  readonly task: (partition: number) => SourceTask;
}

/** A running processor, consumer or source: one member of its group. */
export interface Member {
  /** Partitions that are live now (taken over and caught up). */
  partitions(): readonly number[];
  /** Rejects when the member cannot go on; never resolves. */
  readonly failed: Promise<never>;
  /** Finishes the batch at hand, commits, leaves the group. */
  close(): Promise<void>;
}

export interface PartitionOffsets {
  readonly partition: number;
  readonly beginning: number;
  /** Offset of the next record to come. */
  readonly end: number;
}

export interface PartitionLag extends PartitionOffsets {
  /** Next offset the group will read; undefined when it never committed. */
  readonly committed: number | undefined;
  readonly lag: number;
}

/** Input that retention leaves alone from `offset` on, because a take-over of the group would read it. */
export interface KeptInput {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface Log {
  readonly engine: 'embedded' | 'kafka';
  /** Identity of the log: a consumer's store must not mix two. */
  readonly cluster: string;
  /** Creates what is missing, changes nothing else, returns what differs. */
  ensureTopics(topology: Topology): Promise<readonly TopicDifference[]>;
  describeTopics(): Promise<readonly TopicDescription[]>;
  /** Of a topic that is there. What is older than that is gone soon. */
  changeRetention(topic: string, retention: Retention): Promise<void>;
  /** Nothing where retention is not the engine's business, as on Kafka. */
  keptInput(): Promise<readonly KeptInput[]>;
  /** Keeps no input any more for a group that is gone for good; refused while it has a member. */
  releaseInput(group: string): Promise<void>;
  writer(): Writer;
  reader(options: ReaderOptions): Reader;
  processor(definition: ProcessorDefinition): Promise<Member>;
  consumer(definition: ConsumerDefinition): Promise<Member>;
  source(definition: SourceDefinition): Promise<Member>;
  offsets(topic: string): Promise<readonly PartitionOffsets[]>;
  lag(group: string, topic: string): Promise<readonly PartitionLag[]>;
  close(): Promise<void>;
}
