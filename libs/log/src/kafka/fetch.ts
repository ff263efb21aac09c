/** One fetch from one broker: what came, where it leads, and what to make of partitions that did not answer. */
import { ScreenerError } from '@screener/errors';
import type { LogRecord, Position } from '../port.ts';
import type { Answer } from './client.ts';
import type { Cluster, TopicLayout } from './cluster.ts';
import { readCommitted } from './committed-records.ts';
import { offsetsAt } from './group-offsets.ts';
import { refusal } from './kafka-errors.ts';

/** Bound of one response. A single batch above it is still sent whole. */
const FETCH_BYTES_MAX = 2_000_000;
const PARTITION_BYTES_MAX = 1_000_000;

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

export async function fetchOnce(cluster: Cluster, request: FetchRequest): Promise<Fetched> {
  const { layout, wanted } = request;
  const answer = await fetchRaw(cluster, request);
  const offsets = new Map(wanted);
  const records: LogRecord[] = [];
  const positions = new Map<number, number>();
  let batches = 0;
  let refused = answer.code;
  let moved = false;
  for (const { partition, code, batches: fetched, aborted } of answer.partitions) {
    const fetchOffset = offsets.get(partition);
    if (fetchOffset === undefined) continue;
    refused ??= code;
    if (code === 'OFFSET_OUT_OF_RANGE') {
      positions.set(partition, await backInRange(cluster, layout.name, partition, fetchOffset));
    } else if (code !== undefined) {
      moved = true;
    } else {
      batches += fetched.length;
      const range = { topic: layout.name, partition, fetchOffset, batches: fetched, aborted };
      positions.set(partition, readCommitted(range, records));
    }
  }
  // Errors of partitions were looked at above; with none that answered, the whole request has failed.
  if (positions.size === 0 && refused !== undefined) throw refusal(refused);
  return { records, positions, drained: batches === 0 && refused === undefined, moved };
}

/** The answer as it came. */
export function fetchRaw(cluster: Cluster, request: FetchRequest): Promise<Answer<'Fetch'>> {
  const { lane, leader, layout, wanted, waitMs, uncommitted } = request;
  const limits = { bytesMax: FETCH_BYTES_MAX, partitionBytesMax: PARTITION_BYTES_MAX };
  const topic = { topic: layout.name, topicId: layout.id };
  return cluster.send(lane, leader, 'Fetch', { ...topic, wanted, waitMs, ...limits, committed: uncommitted !== true });
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
