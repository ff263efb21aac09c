/**
 * From the batches of a fetched partition to its committed records.
 *
 * No client's own filter is used. That of @platformatic/kafka 2.12.1 keeps one aborted transaction per producer and response, and lets
 * aborted records through when their abort marker is in a later response. The way here is that of Kafka's own consumer:
 * a transaction counts as aborted from its first offset until its abort marker, however many responses that takes.
 */
import type { LogRecord } from '../port.ts';
import type { AbortedTransaction, FetchedBatch, FetchedRecord } from './client.ts';

export interface FetchedRange {
  readonly topic: string;
  readonly partition: number;
  /** The offset that was asked for: a batch may begin before it. */
  readonly fetchOffset: number;
  readonly batches: readonly FetchedBatch[];
  /** As the broker lists them for the fetched range. */
  readonly aborted: readonly AbortedTransaction[];
}

/** Bits 4 and 5 of a batch's attributes. */
export const IS_TRANSACTIONAL = 1 << 4;
export const IS_CONTROL = 1 << 5;
/** Bit 3 of a batch's attributes: timestamps are the broker's, and one for the whole batch. */
const IS_LOG_APPEND_TIME = 1 << 3;
const ABORT_MARKER = 0;

/** Adds the committed records to `into` and returns the next offset to fetch, which also steps over what is not shown. */
export function readCommitted(fetched: FetchedRange, into: LogRecord[]): number {
  const { topic, partition, fetchOffset, batches } = fetched;
  const pending = [...fetched.aborted].sort((left, right) => (left.firstOffset < right.firstOffset ? -1 : 1));
  const aborting = new Set<bigint>();
  let nextOffset = fetchOffset;
  let upcoming = 0;
  for (const batch of batches) {
    const firstOffset = Number(batch.firstOffset);
    const lastOffset = firstOffset + batch.lastOffsetDelta;
    for (; upcoming < pending.length && Number(pending[upcoming]!.firstOffset) <= lastOffset; upcoming += 1) {
      aborting.add(pending[upcoming]!.producerId);
    }
    if (lastOffset >= nextOffset) nextOffset = lastOffset + 1;
    if (batch.attributes & IS_CONTROL) {
      if (isAbortMarker(batch.records[0])) aborting.delete(batch.producerId);
      continue;
    }
    if (batch.attributes & IS_TRANSACTIONAL && aborting.has(batch.producerId)) continue;
    const firstTimestamp = Number(batch.firstTimestamp);
    const appended = batch.attributes & IS_LOG_APPEND_TIME ? Number(batch.maxTimestamp) : undefined;
    for (const record of batch.records) {
      const offset = firstOffset + record.offsetDelta;
      if (offset < fetchOffset) continue;
      const timestamp = appended ?? firstTimestamp + Number(record.timestampDelta);
      into.push(toLogRecord(record, topic, partition, offset, timestamp));
    }
  }
  return nextOffset;
}

/** The key of a control record: version and type, two 16-bit numbers. */
const isAbortMarker = (record: FetchedRecord | undefined): boolean => record?.key?.readInt16BE(2) === ABORT_MARKER;

function toLogRecord(
  record: FetchedRecord,
  topic: string,
  partition: number,
  offset: number,
  timestamp: number,
): LogRecord {
  const { value } = record;
  const read = {
    topic,
    partition,
    offset,
    key: record.key === null ? null : record.key.toString('utf8'),
    // A plain view: Buffer's own methods are not part of the port.
    value: value === null ? null : new Uint8Array(value.buffer, value.byteOffset, value.byteLength),
    timestamp,
  };
  if (record.headers.length === 0) return read;
  const headers: Record<string, string> = {};
  for (const [name, text] of record.headers)
    if (name !== null) headers[name.toString('utf8')] = text?.toString('utf8') ?? '';
  return { ...read, headers };
}
