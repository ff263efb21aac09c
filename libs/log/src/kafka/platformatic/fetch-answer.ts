/** The body of a Fetch answer, with the record batches as they came. Versions 4 to 17. */
import type { Reader } from '@platformatic/kafka';
import type { AbortedTransaction, Answer, FetchedPartition } from '../client.ts';
import { cutBatches } from '../fetched-batch.ts';
import { nameOfCode } from './platformatic-errors.ts';

/** The versions from which on something is there, or is written differently. */
const LOG_START = 5;
const SESSION = 7;
const PREFERRED_REPLICA = 11;
/** Lengths are short, and everything ends with tagged fields. */
const FLEXIBLE = 12;
/** Topics are known by their ids. */
export const BY_ID = 13;

export function readFetch(_correlationId: number, _key: number, version: number, reader: Reader): Answer<'Fetch'> {
  const flexible = version >= FLEXIBLE;
  reader.readInt32(); // throttle time
  const code = version >= SESSION ? nameOfCode(reader.readInt16()) : undefined;
  if (version >= SESSION) reader.readInt32();
  const readTopic = (): FetchedPartition[] => {
    if (version >= BY_ID) reader.readUUID();
    else reader.readString(flexible);
    return reader.readArray(() => readPartition(reader, version), flexible, flexible);
  };
  const partitions = reader.readArray(readTopic, flexible, flexible).flat();
  return { code, partitions };
}

function readPartition(reader: Reader, version: number): FetchedPartition {
  const flexible = version >= FLEXIBLE;
  const partition = reader.readInt32();
  const code = nameOfCode(reader.readInt16());
  reader.readInt64(); // high watermark
  reader.readInt64(); // last stable offset
  if (version >= LOG_START) reader.readInt64();
  const readAborted = (): AbortedTransaction => ({ producerId: reader.readInt64(), firstOffset: reader.readInt64() });
  const aborted = reader.readArray(readAborted, flexible, flexible);
  if (version >= PREFERRED_REPLICA) reader.readInt32();
  // One more than it is, so that 0 says that there is nothing.
  const bytes = flexible ? reader.readUnsignedVarInt() - 1 : reader.readInt32();
  const begin = reader.position;
  if (bytes > 0) reader.skip(bytes);
  const batches = cutBatches(
    { begin, end: reader.position },
    (position) => reader.peekInt32(position),
    (from, to) => reader.buffer.subarray(from, to).buffers,
  );
  return { partition, code, aborted, batches };
}
