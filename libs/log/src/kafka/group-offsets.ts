/** Offsets: where topics begin and end, and what groups have committed. */
import type { PartitionOffsets } from '../port.ts';
import { Backoff } from './backoff.ts';
import { type Committer, EARLIEST, LATEST, NO_GENERATION, NO_OFFSET } from './client.ts';
import { type Cluster, UNREACHABLE_MS_MAX } from './cluster.ts';
import { isPassing } from './kafka-errors.ts';

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
  const marked = { timestamp: timestampOf(at), committed: at !== 'head' };
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
      const answer = await cluster.ask(leader, 'ListOffsets', { topic, partitions: led, ...marked });
      for (const [partition, offset] of answer) found.set(partition, offset === NO_OFFSET ? undefined : Number(offset));
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
  return at === 'beginning' ? EARLIEST : LATEST;
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
  const wanted = partitions ?? [...(await cluster.topic(topic)).leaders.keys()];
  const ask = (stable: boolean, timeoutMs: number) => {
    const question = { group, topic, partitions: wanted, stable };
    return cluster.atCoordinator('group', group, (node) => cluster.ask(node, 'OffsetFetch', question), timeoutMs);
  };
  const answer = await (partitions === undefined
    ? ask(true, UNSETTLED_WAIT_MS).catch(() => ask(false, UNREACHABLE_MS_MAX))
    : ask(true, UNREACHABLE_MS_MAX));
  const committed = new Map<number, number>();
  for (const [partition, offset] of answer) if (offset !== NO_OFFSET) committed.set(partition, Number(offset));
  return committed;
}

export const nobody: Committer = { memberId: '', generation: NO_GENERATION };

export async function commitOffset(
  cluster: Cluster,
  group: string,
  place: { readonly topic: string; readonly partition: number },
  nextOffset: number,
  committer: Committer,
): Promise<void> {
  await cluster.atCoordinator('group', group, (node) =>
    cluster.ask(node, 'OffsetCommit', { group, ...place, nextOffset, ...committer }),
  );
}
