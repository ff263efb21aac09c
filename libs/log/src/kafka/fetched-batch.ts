/** Record batches as brokers send them (record-batch.ts): their heads, and their records. */
import { compressionsAlgorithmsByBitmask } from '@platformatic/kafka';
import type { LogRecord } from '../port.ts';
import { TextCache } from '../text-cache.ts';
import { at, BATCH_PREFIX_BYTES, COMPRESSION, HEAD_BYTES, IS_LOG_APPEND_TIME } from './record-batch.ts';

const ABORT = 0;
const VARINT_BYTES_MAX = 5;

/** In the pieces in which it came: putting large ones together costs more than reading them. */
export type FetchedBatch = readonly Buffer[];

export interface BatchHead {
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly attributes: number;
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly firstSequence: number;
}

/** The whole batches between two positions: the last one may be cut off, and comes whole with the next fetch. */
export function cutBatches(
  { begin, end }: { readonly begin: number; readonly end: number },
  readInt32: (position: number) => number,
  slice: (from: number, to: number) => FetchedBatch,
): FetchedBatch[] {
  const batches: FetchedBatch[] = [];
  for (let from = begin; from + HEAD_BYTES <= end; ) {
    const to = from + BATCH_PREFIX_BYTES + readInt32(from + at.length);
    if (to < from + HEAD_BYTES) throw new RangeError('a record batch is shorter than its head');
    if (to > end) break;
    batches.push(slice(from, to));
    from = to;
  }
  return batches;
}

export function readHead(batch: FetchedBatch): BatchHead {
  const head = headOf(batch);
  const firstOffset = Number(head.readBigInt64BE(at.firstOffset));
  return {
    firstOffset,
    lastOffset: firstOffset + head.readInt32BE(at.lastOffsetDelta),
    attributes: head.readInt16BE(at.attributes),
    producerId: head.readBigInt64BE(at.producerId),
    producerEpoch: head.readInt16BE(at.producerEpoch),
    firstSequence: head.readInt32BE(at.firstSequence),
  };
}

/** Of a control batch. The key of its record is a version and a type, of 16 bits each; cleaning may have left it empty. */
export function isAbortMarker(batch: FetchedBatch): boolean {
  if (headOf(batch).readInt32BE(at.count) === 0) return false;
  const cursor = new Cursor(Buffer.concat(batch).subarray(HEAD_BYTES));
  cursor.varint();
  cursor.position += 1; // attributes
  cursor.varlong();
  cursor.varint();
  const key = cursor.bytes();
  return key !== null && key[2] === 0 && key[3] === ABORT;
}

/** Keys and names of headers come again and again. One for all partitions: what is not there is decoded, and then it is. */
const texts = new TextCache();

/** Adds the records from an offset on. */
export function readRecords(
  batch: FetchedBatch,
  { topic, partition, from }: { readonly topic: string; readonly partition: number; readonly from: number },
  into: LogRecord[],
): void {
  const head = headOf(batch);
  const attributes = head.readInt16BE(at.attributes);
  const firstOffset = Number(head.readBigInt64BE(at.firstOffset));
  const firstTimestamp = Number(head.readBigInt64BE(at.firstTimestamp));
  const appendTime = attributes & IS_LOG_APPEND_TIME ? Number(head.readBigInt64BE(at.maxTimestamp)) : undefined;
  let count = 0;
  for (const bytes of recordsOf(batch, attributes & COMPRESSION)) {
    const cursor = new Cursor(bytes);
    for (; cursor.position < bytes.length; count += 1) {
      const length = cursor.varint();
      if (length < 0) throw tooShort();
      const end = cursor.position + length;
      cursor.position += 1; // attributes, of which there are none yet
      const timestamp = appendTime ?? firstTimestamp + cursor.varlong();
      const offset = firstOffset + cursor.varint();
      if (offset >= from) {
        const key = cursor.text();
        const value = cursor.bytes();
        const headers = cursor.headers();
        into.push(
          headers === undefined
            ? { topic, partition, offset, key, value, timestamp }
            : { topic, partition, offset, key, value, timestamp, headers },
        );
      }
      cursor.position = end;
    }
  }
  if (count !== head.readInt32BE(at.count)) throw tooShort();
}

/** The head stands in one piece, except where the first one is shorter than that. */
function headOf(batch: FetchedBatch): Buffer {
  const [first] = batch;
  return first !== undefined && first.length >= HEAD_BYTES ? first : Buffer.concat(batch);
}

/** Bytes that hold whole records. */
function recordsOf(batch: FetchedBatch, compression: number): readonly Buffer[] {
  if (compression !== 0) {
    const algorithm = compressionsAlgorithmsByBitmask[compression];
    if (algorithm === undefined) throw new Error(`a record batch is compressed in an unknown way (${compression})`);
    return [algorithm.decompressSync(Buffer.concat(batch).subarray(HEAD_BYTES))];
  }
  const [first] = batch;
  if (first === undefined) return [];
  return batch.length === 1 ? [first.subarray(HEAD_BYTES)] : wholeRecords(batch);
}

/** A record that lies in several pieces is copied into one, the others stay where they are. */
function wholeRecords(batch: FetchedBatch): Buffer[] {
  const whole: Buffer[] = [];
  /** What is left of the pieces before. */
  let rest: Buffer = Buffer.alloc(0);
  let skipped = 0;
  for (const piece of batch) {
    let begin = 0;
    if (skipped < HEAD_BYTES) {
      begin = Math.min(piece.length, HEAD_BYTES - skipped);
      skipped += begin;
    }
    if (rest.length > 0) {
      // The end of its length, and then the end of the record, may be in this piece or in a later one.
      const known = Buffer.concat([rest, piece.subarray(begin, begin + VARINT_BYTES_MAX)]);
      const missing = wholeBytes(known, 0) - rest.length;
      const taken = Math.min(missing, piece.length - begin);
      rest = Buffer.concat([rest, piece.subarray(begin, begin + taken)]);
      begin += taken;
      if (missing > taken) continue;
      whole.push(rest);
    }
    let end = begin;
    for (let next = wholeBytes(piece, end); end + next <= piece.length; next = wholeBytes(piece, end)) end += next;
    if (end > begin) whole.push(piece.subarray(begin, end));
    rest = piece.subarray(end);
  }
  if (rest.length > 0) throw tooShort();
  return whole;
}

/** What the record that begins there takes; infinitely much where its length is not there as a whole. */
function wholeBytes(bytes: Buffer, begin: number): number {
  let length = 0;
  for (let count = 0; count < VARINT_BYTES_MAX; count += 1) {
    const byte = bytes[begin + count];
    if (byte === undefined) break;
    length |= (byte & 0x7f) << (7 * count);
    // Odd numbers are negative ones.
    if (byte < 0x80) return length & 1 ? Infinity : count + 1 + (length >>> 1);
  }
  return Infinity;
}

const ownField = { configurable: true, enumerable: true, writable: true } as const;

/** The fields of records, one after the other. */
class Cursor {
  position = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Of 32 bits. */
  varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
    }
  }

  /** Of as many bits as a number has. */
  varlong(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
  }

  text(): string | null {
    const length = this.varint();
    return length < 0 ? null : texts.text(this.#bytes, this.position, this.#skip(length));
  }

  /** A plain view: Buffer's own methods are not part of the port. */
  bytes(): Uint8Array | null {
    const length = this.varint();
    if (length < 0) return null;
    const { buffer, byteOffset } = this.#bytes;
    const begin = byteOffset + this.position;
    this.#skip(length);
    return new Uint8Array(buffer, begin, length);
  }

  headers(): Record<string, string> | undefined {
    const count = this.varint();
    if (count === 0) return undefined;
    const headers: Record<string, string> = {};
    for (let index = 0; index < count; index += 1) {
      const name = this.text() ?? '';
      const length = this.varint();
      const begin = this.position;
      const value = length < 0 ? '' : this.#bytes.toString('utf8', begin, this.#skip(length));
      // A name that anybody may choose, and that assigning takes for something else.
      if (name === '__proto__') Object.defineProperty(headers, name, { ...ownField, value });
      else headers[name] = value;
    }
    return headers;
  }

  /** Returns the position after so many bytes. */
  #skip(length: number): number {
    this.position += length;
    if (this.position > this.#bytes.length) throw tooShort();
    return this.position;
  }

  #byte(): number {
    const byte = this.#bytes[this.position];
    if (byte === undefined) throw tooShort();
    this.position += 1;
    return byte;
  }
}

const tooShort = (): RangeError => new RangeError('a record batch ends within a record');
