/** The answer to a fetch with its batches as they came: kafkajs's own reading of it loses those without records. */
import type { FetchedPartition } from '../client.ts';
import { cutBatches } from '../fetched-batch.ts';
import { Decoder, nameOfCode } from './internals.ts';

export interface FetchAnswer {
  readonly code: string | undefined;
  readonly partitions: readonly FetchedPartition[];
}

/** Version 11. */
export function decodeFetch(raw: Buffer): FetchAnswer {
  const from = new Decoder(raw);
  from.readInt32(); // throttle time
  const code = nameOfCode(from.readInt16());
  from.readInt32(); // session
  const partitions = from.readArray(() => {
    from.readString(); // topic: we ask for one at a time
    return from.readArray(() => readPartition(from));
  });
  return { code, partitions: partitions.flat() };
}

function readPartition(from: Decoder): FetchedPartition {
  const partition = from.readInt32();
  const refused = nameOfCode(from.readInt16());
  for (const _offset of ['high watermark', 'last stable', 'log start']) from.readInt64();
  const aborted = from.readArray(() => ({
    producerId: BigInt(from.readInt64().toString()),
    firstOffset: BigInt(from.readInt64().toString()),
  }));
  from.readInt32(); // preferred read replica
  const size = from.readInt32();
  const records = size > 0 ? from.readBytes(size) : Buffer.alloc(0);
  const batches = cutBatches(
    { begin: 0, end: records.length },
    (position) => records.readInt32BE(position),
    (begin, end) => [records.subarray(begin, end)],
  );
  return { partition, code: refused, aborted, batches };
}
