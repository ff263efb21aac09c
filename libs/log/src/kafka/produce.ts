/** Records on their way into partitions: grouped into batches, sent to the leaders, the outcome told per partition. */
import { ScreenerError } from '@screener/errors';
import { partitionOf } from '../partitioner.ts';
import type { NewRecord } from '../port.ts';
import type { ProducedPartition, Producer } from './client.ts';
import type { Cluster } from './cluster.ts';
import { isPassing, refusal } from './kafka-errors.ts';
import { recordBytesMax } from './record-batch.ts';

export interface ProducerIdentity extends Producer {
  /** Sequence number of the next record by place. */
  readonly sequences: Map<string, number>;
}

/** Records of one partition that go in one request. */
export interface PartitionBatch {
  readonly place: string;
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly NewRecord[];
  /** Room that is enough for all of them. */
  readonly bytesMax: number;
}

/** Brokers refuse batches above 1 MiB unless told otherwise; the rest is left for the batch's own fields. */
const BATCH_BYTES_MAX = 900_000;
const ACKNOWLEDGE_TIMEOUT_MS = 8_000;
const SEQUENCE_MODULUS = 2 ** 31;

/** By topic and partition; as many as this process writes. Asked for each record: making the text anew takes five times as long. */
const places = new Map<string, string[]>();

export function placeOf(topic: string, partition: number): string {
  let ofTopic = places.get(topic);
  if (ofTopic === undefined) {
    ofTopic = [];
    places.set(topic, ofTopic);
  }
  ofTopic[partition] ??= `${topic}:${partition}`;
  return ofTopic[partition];
}

export interface PlacedRecord {
  readonly record: NewRecord;
  readonly partition: number;
}

/** Finds the partition of each record; rejects when a topic or partition does not exist, or a time is none. */
export async function placeRecords(cluster: Cluster, records: readonly NewRecord[]): Promise<PlacedRecord[]> {
  const counts = new Map<string, number>();
  for (const { topic } of records) {
    if (!counts.has(topic)) counts.set(topic, (await cluster.topic(topic)).leaders.length);
  }
  return records.map((record) => {
    const count = counts.get(record.topic) ?? 0;
    const partition = record.partition ?? partitionOf(record.key, count);
    if (partition < 0 || partition >= count) {
      throw new ScreenerError('PARTITION_UNKNOWN', { topic: record.topic, partition, last: count - 1 });
    }
    if (!Number.isSafeInteger(record.timestamp)) {
      throw new RangeError(`timestamp ${record.timestamp} of a record of ${record.topic}`);
    }
    return { record, partition };
  });
}

interface OpenBatch extends PartitionBatch {
  readonly records: NewRecord[];
  bytesMax: number;
}

/** The batches of a partition in order; batches of different partitions may go at once. */
export function toBatches(placed: Iterable<PlacedRecord>): PartitionBatch[] {
  const open = new Map<string, OpenBatch>();
  const batches: PartitionBatch[] = [];
  let batch: OpenBatch | undefined;
  for (const { record, partition } of placed) {
    const { topic } = record;
    const bytes = recordBytesMax(record);
    // Neighbours mostly belong together.
    if (batch?.partition !== partition || batch.topic !== topic) batch = open.get(placeOf(topic, partition));
    if (batch === undefined || batch.bytesMax + bytes > BATCH_BYTES_MAX) {
      batch = { place: placeOf(topic, partition), topic, partition, records: [], bytesMax: 0 };
      open.set(batch.place, batch);
      batches.push(batch);
    }
    batch.records.push(record);
    batch.bytesMax += bytes;
  }
  return batches;
}

export interface ProduceOptions {
  readonly lane: string;
  /** undefined: not idempotent, acknowledged by the leader alone. */
  readonly identity: ProducerIdentity | undefined;
}

export interface Outcome {
  readonly failures: Map<string, unknown>;
  /** Offset after the batch, by place. */
  readonly nextOffsets: Map<string, number>;
}

/**
 * Sends at most one batch per partition and tells what became of it, by place. Nothing is repeated here, and sequences are
 * not moved on: the caller does, once it knows that the batch is in.
 */
export async function produce(
  cluster: Cluster,
  batches: readonly PartitionBatch[],
  { lane, identity }: ProduceOptions,
): Promise<Outcome> {
  const failures = new Map<string, unknown>();
  const nextOffsets = new Map<string, number>();
  const byLeader = new Map<number, PartitionBatch[]>();
  for (const batch of batches) {
    try {
      const { leaders } = await cluster.topic(batch.topic);
      const leader = leaders[batch.partition] ?? -1;
      const led = byLeader.get(leader);
      if (led) led.push(batch);
      else byLeader.set(leader, [batch]);
    } catch (cause) {
      failures.set(batch.place, cause);
    }
  }
  const sendToLeader = async (leader: number, led: readonly PartitionBatch[]): Promise<void> => {
    const outgoing = led.map(({ topic, partition, records, bytesMax, place }) => {
      return { topic, partition, records, bytesMax, firstSequence: identity?.sequences.get(place) ?? 0 };
    });
    const question = { batches: outgoing, timeoutMs: ACKNOWLEDGE_TIMEOUT_MS, producer: identity };
    const acks = identity ? 'all' : 'leader';
    let produced: ReadonlyMap<string, ProducedPartition>;
    try {
      const answer = await cluster.send(lane, leader, 'Produce', { ...question, acks });
      produced = new Map(answer.map((partition) => [placeOf(partition.topic, partition.partition), partition]));
    } catch (cause) {
      // Without an answer nothing is known of any of them.
      for (const batch of led) fail(batch, cause);
      return;
    }
    for (const batch of led) {
      const { code, baseOffset } = produced.get(batch.place) ?? { code: 'UNKNOWN_SERVER_ERROR', baseOffset: 0n };
      if (code === undefined) nextOffsets.set(batch.place, Number(baseOffset) + batch.records.length);
      else fail(batch, refusal(code));
    }
  };
  const fail = (batch: PartitionBatch, cause: unknown): void => {
    failures.set(batch.place, cause);
    if (isPassing(cause)) cluster.forget(batch.topic);
  };
  await Promise.all([...byLeader].map(([leader, led]) => sendToLeader(leader, led)));
  return { failures, nextOffsets };
}

/** Batches in rounds of at most one per partition, in order. */
export function toRounds(batches: readonly PartitionBatch[]): PartitionBatch[][] {
  const rounds: PartitionBatch[][] = [];
  const nextRound = new Map<string, number>();
  for (const batch of batches) {
    const round = nextRound.get(batch.place) ?? 0;
    nextRound.set(batch.place, round + 1);
    rounds[round] ??= [];
    rounds[round].push(batch);
  }
  return rounds;
}

export function moveOn(identity: ProducerIdentity, batch: PartitionBatch): void {
  const { sequences } = identity;
  sequences.set(batch.place, ((sequences.get(batch.place) ?? 0) + batch.records.length) % SEQUENCE_MODULUS);
}

export const newSequences = (): Map<string, number> => new Map();
