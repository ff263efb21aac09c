/** Offsets: where topics begin and end, and what groups have committed. */
import { FetchIsolationLevels, ListOffsetTimestamps } from '@platformatic/kafka';
import type { PartitionOffsets } from '../port.ts';
import { Backoff } from './backoff.ts';
import { type Cluster, UNREACHABLE_MS_MAX } from './cluster.ts';
import { isPassing } from './kafka-errors.ts';

/** Not yet committed by anybody. */
const NONE = -1n;

/** Transactions that are decided need milliseconds to become visible; those of a dead owner we do not wait for. */
const UNSETTLED_WAIT_MS = 1_000;

/** `end`: after all that is committed. `head`: after all that is written, open transactions included. */
export type Mark = 'beginning' | 'end' | 'head' | number;

/** The offset of each partition at a time in ms, or at a mark of the topic; undefined where there is no such record. */
export async function offsetsAt(
  cluster: Cluster,
  topic: string,
  at: Mark,
  partitions?: readonly number[],
): Promise<Map<number, number | undefined>> {
  const isolation = at === 'head' ? FetchIsolationLevels.READ_UNCOMMITTED : FetchIsolationLevels.READ_COMMITTED;
  return cluster.retrying(async () => {
    const { leaders } = await cluster.topic(topic);
    const byLeader = new Map<number, number[]>();
    for (const partition of partitions ?? leaders.keys()) {
      const leader = leaders[partition] ?? -1;
      const led = byLeader.get(leader);
      if (led) led.push(partition);
      else byLeader.set(leader, [partition]);
    }
    const found = new Map<number, number | undefined>();
    const ask = async (leader: number, led: readonly number[]): Promise<void> => {
      const asked = led.map((partitionIndex) => ({
        partitionIndex,
        currentLeaderEpoch: -1,
        timestamp: timestampOf(at),
      }));
      const answer = await cluster.ask(leader, 'ListOffsets', -1, isolation, [{ name: topic, partitions: asked }]);
      for (const { partitionIndex, offset } of answer.topics[0]?.partitions ?? []) {
        found.set(partitionIndex, offset === NONE ? undefined : Number(offset));
      }
    };
    try {
      await Promise.all([...byLeader].map(([leader, led]) => ask(leader, led)));
    } catch (cause) {
      if (isPassing(cause)) cluster.forget(topic);
      throw cause;
    }
    return found;
  });
}

function timestampOf(at: Mark): bigint {
  // Negative ones have meanings of their own, such as the two below.
  if (typeof at === 'number') return BigInt(Math.max(0, Math.trunc(at)));
  return at === 'beginning' ? ListOffsetTimestamps.EARLIEST : ListOffsetTimestamps.LATEST;
}

/**
 * The end of all that is committed now, counting commits that were acknowledged a moment ago: their markers may still be
 * on their way. So it is the head, unless a transaction stays open for longer than we wait.
 */
export async function settledEnds(
  cluster: Cluster,
  topic: string,
  partitions: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const heads = await offsetsAt(cluster, topic, 'head', partitions);
  const patience = new Backoff(UNSETTLED_WAIT_MS);
  const ends = new Map<number, number>();
  let open = [...partitions];
  for (;;) {
    const settled = await offsetsAt(cluster, topic, 'end', open);
    for (const partition of open) ends.set(partition, Math.min(settled.get(partition) ?? 0, heads.get(partition) ?? 0));
    open = open.filter((partition) => (settled.get(partition) ?? 0) < (heads.get(partition) ?? 0));
    if (open.length === 0 || patience.exhausted) return ends;
    await patience.wait();
  }
}

export async function partitionOffsets(cluster: Cluster, topic: string): Promise<readonly PartitionOffsets[]> {
  const [beginnings, heads] = await Promise.all([
    offsetsAt(cluster, topic, 'beginning'),
    offsetsAt(cluster, topic, 'head'),
  ]);
  return [...heads]
    .sort(([left], [right]) => left - right)
    .map(([partition, head]) => ({ partition, beginning: beginnings.get(partition) ?? 0, end: head ?? 0 }));
}

/**
 * Next offset by partition as the group has committed it, after transactions that are about to change it. For show, where
 * such a transaction stays open, what was committed before it will do; whoever takes over has to know.
 */
export async function committedOffsets(
  cluster: Cluster,
  group: string,
  topic: string,
  partitions?: readonly number[],
): Promise<Map<number, number>> {
  const partitionIndexes = [...(partitions ?? (await cluster.topic(topic)).leaders.keys())];
  const asked = [{ groupId: group, memberId: null, memberEpoch: -1, topics: [{ name: topic, partitionIndexes }] }];
  const ask = (stable: boolean, timeoutMs: number) =>
    cluster.atCoordinator('group', group, (node) => cluster.ask(node, 'OffsetFetch', asked, stable), timeoutMs);
  const answer = await (partitions === undefined
    ? ask(true, UNSETTLED_WAIT_MS).catch(() => ask(false, UNREACHABLE_MS_MAX))
    : ask(true, UNREACHABLE_MS_MAX));
  // Before version 8 (Redpanda) the answer is about one group and not wrapped in a list of them.
  const topics = answer.groups?.[0]?.topics ?? (answer as unknown as (typeof answer.groups)[number]).topics;
  const committed = new Map<number, number>();
  for (const { partitionIndex, committedOffset } of topics[0]?.partitions ?? []) {
    if (committedOffset !== NONE) committed.set(partitionIndex, Number(committedOffset));
  }
  return committed;
}

/** Who commits: a group with members takes plain commits from its members only. */
export interface Committer {
  readonly memberId: string;
  readonly generation: number;
}

export const nobody: Committer = { memberId: '', generation: -1 };

export async function commitOffset(
  cluster: Cluster,
  group: string,
  place: { readonly topic: string; readonly partition: number },
  nextOffset: number,
  { memberId, generation }: Committer,
): Promise<void> {
  const offset = { partitionIndex: place.partition, committedOffset: BigInt(nextOffset), committedLeaderEpoch: -1 };
  const topics = [{ name: place.topic, partitions: [{ ...offset, committedMetadata: null }] }];
  await cluster.atCoordinator('group', group, (node) =>
    cluster.ask(node, 'OffsetCommit', group, generation, memberId, null, topics),
  );
}
