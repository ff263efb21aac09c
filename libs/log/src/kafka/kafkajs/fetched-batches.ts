/** The answer to a fetch with its batches whole: kafkajs's own reading of it loses those without records. */
import type { FetchedBatch, FetchedPartition } from '../client.ts';
import { IS_CONTROL, IS_TRANSACTIONAL } from '../committed-records.ts';
import { Decoder, decodeBatch, nameOfCode, type RawBatch } from './internals.ts';

const LOG_APPEND_TIME = 1;
const IS_LOG_APPEND_TIME = 1 << 3;
/** Offset and length of a batch, which come before what the length counts. */
const BATCH_HEAD_BYTES = 12;

export interface FetchAnswer {
  readonly code: string | undefined;
  readonly partitions: readonly FetchedPartition[];
}

/** Version 11. */
export async function decodeFetch(raw: Buffer): Promise<FetchAnswer> {
  const from = new Decoder(raw);
  from.readInt32(); // throttle time
  const code = nameOfCode(from.readInt16());
  from.readInt32(); // session
  const raws = from
    .readArray(() => {
      from.readString(); // topic: we ask for one at a time
      return from.readArray(() => {
        const partition = from.readInt32();
        const refused = nameOfCode(from.readInt16());
        for (const _offset of ['high watermark', 'last stable', 'log start']) from.readInt64();
        const aborted = from.readArray(() => ({
          producerId: BigInt(from.readInt64().toString()),
          firstOffset: BigInt(from.readInt64().toString()),
        }));
        from.readInt32(); // preferred read replica
        const size = from.readInt32();
        return { partition, code: refused, aborted, records: size > 0 ? from.readBytes(size) : Buffer.alloc(0) };
      });
    })
    .flat();
  const partitions: FetchedPartition[] = [];
  for (const { records, ...partition } of raws) {
    partitions.push({ ...partition, batches: await decodeBatches(records) });
  }
  return { code, partitions };
}

async function decodeBatches(records: Buffer): Promise<FetchedBatch[]> {
  const batches: FetchedBatch[] = [];
  const from = new Decoder(records);
  for (let at = 0; at + BATCH_HEAD_BYTES <= records.length; ) {
    at += BATCH_HEAD_BYTES + records.readInt32BE(at + 8);
    // The last one may be cut off: it comes whole with the next fetch.
    if (at > records.length) break;
    batches.push(toFetchedBatch(await decodeBatch(from)));
  }
  return batches;
}

function toFetchedBatch(batch: RawBatch): FetchedBatch {
  const firstOffset = BigInt(batch.firstOffset);
  const firstTimestamp = BigInt(batch.firstTimestamp);
  return {
    firstOffset,
    lastOffsetDelta: batch.lastOffsetDelta,
    attributes:
      (batch.inTransaction ? IS_TRANSACTIONAL : 0) |
      (batch.isControlBatch ? IS_CONTROL : 0) |
      (batch.timestampType === LOG_APPEND_TIME ? IS_LOG_APPEND_TIME : 0),
    firstTimestamp,
    maxTimestamp: BigInt(batch.maxTimestamp),
    producerId: BigInt(batch.producerId),
    producerEpoch: batch.producerEpoch,
    firstSequence: batch.firstSequence,
    records: batch.records.map(({ offset, timestamp, key, value, headers }) => ({
      offsetDelta: Number(BigInt(offset) - firstOffset),
      timestampDelta: BigInt(timestamp) - firstTimestamp,
      key,
      value,
      headers: Object.entries(headers).flatMap(([name, given]) =>
        (Array.isArray(given) ? given : [given]).map((text) => [Buffer.from(name), text as Buffer | null] as const),
      ),
    })),
  };
}
