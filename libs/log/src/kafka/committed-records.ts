/**
 * From the batches of a fetched partition to its committed records.
 *
 * No client's own filter is used. That of @platformatic/kafka 2.12.1 keeps one aborted transaction per producer and response, and lets
 * aborted records through when their abort marker is in a later response. The way here is that of Kafka's own consumer:
 * a transaction counts as aborted from its first offset until its abort marker, however many responses that takes.
 */
import type { LogRecord } from '../port.ts';
import type { AbortedTransaction } from './client.ts';
import { type FetchedBatch, isAbortMarker, readHead, readRecords } from './fetched-batch.ts';
import { IS_CONTROL, IS_TRANSACTIONAL } from './record-batch.ts';

export interface FetchedRange {
  readonly topic: string;
  readonly partition: number;
  /** The offset that was asked for: a batch may begin before it. */
  readonly fetchOffset: number;
  readonly batches: readonly FetchedBatch[];
  /** As the broker lists them for the fetched range. */
  readonly aborted: readonly AbortedTransaction[];
}

/** Adds the committed records to `into` and returns the next offset to fetch, which also steps over what is not shown. */
export function readCommitted(fetched: FetchedRange, into: LogRecord[]): number {
  const { topic, partition, fetchOffset, batches } = fetched;
  const pending = [...fetched.aborted].sort((left, right) => (left.firstOffset < right.firstOffset ? -1 : 1));
  const aborting = new Set<bigint>();
  let nextOffset = fetchOffset;
  let upcoming = 0;
  for (const batch of batches) {
    const { lastOffset, attributes, producerId } = readHead(batch);
    for (; upcoming < pending.length && Number(pending[upcoming]!.firstOffset) <= lastOffset; upcoming += 1) {
      aborting.add(pending[upcoming]!.producerId);
    }
    if (lastOffset >= nextOffset) nextOffset = lastOffset + 1;
    if (attributes & IS_CONTROL) {
      if (isAbortMarker(batch)) aborting.delete(producerId);
      continue;
    }
    if (attributes & IS_TRANSACTIONAL && aborting.has(producerId)) continue;
    readRecords(batch, { topic, partition, from: fetchOffset }, into);
  }
  return nextOffset;
}
