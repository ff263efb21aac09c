/**
 * Whether a batch is in the log although nobody said so: asked before it is sent again.
 *
 * Brokers recognise a repeated batch by its producer and sequence, but they forget producers whose newest record is older
 * than a day (producer.id.expiration.ms) when they load a partition, and "older" goes by the records' own timestamps. Ours
 * are those of the events: after a restart of the broker a repeated old candle would be taken for a new one.
 */
import type { Cluster } from './cluster.ts';
import { fetchRaw } from './fetch.ts';
import { readHead } from './fetched-batch.ts';
import { offsetsAt } from './group-offsets.ts';
import { refusal } from './kafka-errors.ts';
import type { PartitionBatch, ProducerIdentity } from './produce.ts';

export interface Attempt {
  readonly batch: PartitionBatch;
  readonly identity: ProducerIdentity;
  /** An offset before which the batch cannot be. */
  readonly from: number;
}

/** Returns the offset after the batch where it is found. */
export async function findAppended(cluster: Cluster, lane: string, attempt: Attempt): Promise<number | undefined> {
  const { batch, identity } = attempt;
  const { topic, partition } = batch;
  const sequence = identity.sequences.get(batch.place) ?? 0;
  const [heads, beginnings] = await Promise.all([
    offsetsAt(cluster, topic, 'head', [partition]),
    offsetsAt(cluster, topic, 'beginning', [partition]),
  ]);
  const head = heads.get(partition) ?? 0;
  for (let offset = Math.max(attempt.from, beginnings.get(partition) ?? 0); offset < head; ) {
    const layout = await cluster.topic(topic);
    const request = { lane, leader: layout.leaders[partition] ?? -1, layout, waitMs: 0, uncommitted: true };
    const answer = await fetchRaw(cluster, { ...request, wanted: [[partition, offset]] });
    const code = answer.code ?? answer.partitions.find((fetched) => fetched.code !== undefined)?.code;
    if (code !== undefined) {
      cluster.forget(topic);
      throw refusal(code);
    }
    const found = answer.partitions.flatMap(({ batches }) => batches).map(readHead);
    for (const { producerId, producerEpoch, firstSequence, lastOffset } of found) {
      offset = lastOffset + 1;
      const same = producerId === identity.producerId && producerEpoch === identity.producerEpoch;
      if (same && firstSequence === sequence) return offset;
    }
    if (found.length === 0) return undefined;
  }
  return undefined;
}
