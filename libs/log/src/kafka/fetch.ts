/** One fetch from one broker: what came, where it leads, and what to make of partitions that did not answer. */
import { FetchIsolationLevels } from '@platformatic/kafka';
import { ScreenerError } from '@screener/errors';
import type { LogRecord, Position } from '../port.ts';
import type { Cluster, TopicLayout } from './cluster.ts';
import { readCommitted } from './committed-records.ts';
import { offsetsAt } from './group-offsets.ts';
import { responseOf } from './kafka-errors.ts';
import type { Answer } from './requests.ts';

/** Bound of one response. A single batch above it is still sent whole. */
const FETCH_BYTES_MAX = 2_000_000;
const PARTITION_BYTES_MAX = 1_000_000;
const RECORDS_WORTH_WAITING_FOR_BYTES = 1;
/** Neither a session nor one to be opened: each request says all that it wants. */
const NO_SESSION = { id: 0, epoch: -1 };
const UNKNOWN_EPOCH = -1;
const OFFSET_OUT_OF_RANGE = 1;

export interface FetchRequest {
  readonly lane: string;
  readonly leader: number;
  readonly layout: TopicLayout;
  /** Partition and next offset. */
  readonly wanted: readonly (readonly [number, number])[];
  readonly waitMs: number;
  /** Also what is not committed, as it stands in the log. */
  readonly uncommitted?: boolean;
}

export interface Fetched {
  readonly records: readonly LogRecord[];
  readonly positions: ReadonlyMap<number, number>;
  /** Nothing at all came: there is nothing at or after the wanted offsets now. */
  readonly drained: boolean;
  /** Some partition is led by another broker now. */
  readonly moved: boolean;
}

type FetchAnswer = Answer<'Fetch'>;

export async function fetchOnce(cluster: Cluster, request: FetchRequest): Promise<Fetched> {
  const { layout, wanted } = request;
  const { answer, error } = await fetchRaw(cluster, request);
  const offsets = new Map(wanted);
  const records: LogRecord[] = [];
  const positions = new Map<number, number>();
  let batches = 0;
  let moved = false;
  for (const partition of answer.responses.flatMap((topic) => topic.partitions)) {
    const index = partition.partitionIndex;
    const fetchOffset = offsets.get(index);
    if (fetchOffset === undefined) continue;
    if (partition.errorCode === OFFSET_OUT_OF_RANGE) {
      positions.set(index, await backInRange(cluster, layout.name, index, fetchOffset));
    } else if (partition.errorCode !== 0) {
      moved = true;
    } else {
      const fetched = partition.records ?? [];
      batches += fetched.length;
      const aborted = partition.abortedTransactions ?? [];
      positions.set(
        index,
        readCommitted({ topic: layout.name, partition: index, fetchOffset, batches: fetched, aborted }, records),
      );
    }
  }
  // Errors of partitions were looked at above; with none that answered, the whole request has failed.
  if (positions.size === 0 && error !== undefined) throw error;
  return { records, positions, drained: batches === 0 && !moved && error === undefined, moved };
}

/** The answer as it came; with an error where some partition has one. */
export async function fetchRaw(
  cluster: Cluster,
  request: FetchRequest,
): Promise<{ answer: FetchAnswer; error?: unknown }> {
  const { lane, leader, layout, wanted, waitMs } = request;
  const { READ_COMMITTED, READ_UNCOMMITTED } = FetchIsolationLevels;
  const isolation = request.uncommitted ? READ_UNCOMMITTED : READ_COMMITTED;
  // Versions below 13 (Redpanda) know topics by name, and the client puts it where the id would be.
  const topicId = (await cluster.version('Fetch')) >= 13 ? layout.id : layout.name;
  const partitions = wanted.map(([partition, offset]) => ({
    partition,
    currentLeaderEpoch: UNKNOWN_EPOCH,
    fetchOffset: BigInt(offset),
    lastFetchedEpoch: UNKNOWN_EPOCH,
    partitionMaxBytes: PARTITION_BYTES_MAX,
  }));
  const limits = [waitMs, RECORDS_WORTH_WAITING_FOR_BYTES, FETCH_BYTES_MAX, isolation] as const;
  const session = [NO_SESSION.id, NO_SESSION.epoch] as const;
  try {
    return {
      answer: await cluster.send(lane, leader, 'Fetch', ...limits, ...session, [{ topicId, partitions }], [], ''),
    };
  } catch (error) {
    const answer = responseOf(error) as FetchAnswer | undefined;
    if (answer?.responses === undefined) throw error;
    return { answer, error };
  }
}

/** Retention removed the offset: go on at the beginning. Beyond the end: that offset is of another log. */
async function backInRange(cluster: Cluster, topic: string, partition: number, offset: number): Promise<number> {
  const beginning = (await offsetsAt(cluster, topic, 'beginning', [partition])).get(partition) ?? 0;
  if (offset < beginning) return beginning;
  const end = (await offsetsAt(cluster, topic, 'end', [partition])).get(partition) ?? 0;
  // In range after all: a broker that has just taken over was behind for a moment.
  if (offset <= end) return offset;
  throw new ScreenerError('OFFSET_UNKNOWN', { topic, partition, offset, end });
}

export async function startOffsets(
  cluster: Cluster,
  topic: string,
  partitions: readonly number[],
  from: Position,
): Promise<Map<number, number>> {
  const starts = new Map<number, number>();
  if (partitions.length === 0) return starts;
  if (typeof from === 'object' && 'offsets' in from) {
    const beginnings = await offsetsAt(cluster, topic, 'beginning', partitions);
    for (const partition of partitions) {
      starts.set(partition, Math.max(from.offsets.get(partition) ?? 0, beginnings.get(partition) ?? 0));
    }
    return starts;
  }
  const found = await offsetsAt(cluster, topic, typeof from === 'object' ? from.time : from, partitions);
  // Nothing at or after that time: what comes next.
  const ends = typeof from === 'object' ? await offsetsAt(cluster, topic, 'end', partitions) : found;
  for (const partition of partitions) starts.set(partition, found.get(partition) ?? ends.get(partition) ?? 0);
  return starts;
}
