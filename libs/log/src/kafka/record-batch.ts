/**
 * Records as they stand in the log and on the wire: a record batch, format 2 of Kafka's protocol, big-endian. Written here
 * once, straight into the bytes that are sent: clients make several objects for each record and copy it several times,
 * which was a tenth of what an app does on Kafka.
 *
 * A batch: the head below, then each record as length, attributes, difference of its time and of its offset to those of the
 * first one, key, value, and headers; lengths and numbers of records are variable-length, zigzag.
 */
import { crc32c, Writer } from '@platformatic/kafka';
import type { NewRecord } from '../port.ts';
import type { OutgoingBatch, Producer } from './client.ts';

/** Offset and length, which come before what the length counts. */
export const BATCH_PREFIX_BYTES = 12;
export const HEAD_BYTES = 61;
export const FORMAT = 2;
/** Where the fields of the head are. */
export const at = {
  firstOffset: 0,
  length: 8,
  leaderEpoch: 12,
  format: 16,
  checksum: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  firstTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  firstSequence: 53,
  count: 57,
} as const;

/** Bits of the attributes. */
export const COMPRESSION = 0b111;
/** Timestamps are the broker's, and one for the whole batch. */
export const IS_LOG_APPEND_TIME = 1 << 3;
export const IS_TRANSACTIONAL = 1 << 4;
export const IS_CONTROL = 1 << 5;

const NO_EPOCH = -1;
const NO_SEQUENCE = -1;
const NO_PRODUCER = -1n;
/** A length of `null`. */
const NULL = -1;
const VARINT_BYTES_MAX = 5;
const VARLONG_BYTES_MAX = 10;
/** Length, attributes, the two differences, lengths of key and value, number of headers. */
const RECORD_FIELDS_BYTES_MAX = 5 * VARINT_BYTES_MAX + 1 + VARLONG_BYTES_MAX;
/** In UTF-8 a unit of a string takes at most so many. */
const BYTES_PER_UNIT_MAX = 3;
/** Shorter texts of ASCII are written by hand: calling the encoder costs more than the text. */
const UNITS_BY_HAND_MAX = 128;

/** So much room is enough for a record, whatever its texts are. */
export function recordBytesMax({ key, value, headers }: NewRecord): number {
  let units = key?.length ?? 0;
  let fields = RECORD_FIELDS_BYTES_MAX;
  for (const name in headers) {
    units += name.length + (headers[name]?.length ?? 0);
    fields += 2 * VARINT_BYTES_MAX;
  }
  return fields + units * BYTES_PER_UNIT_MAX + (value?.length ?? 0);
}

/** A request has one batch or a few; memory above this is not kept for the next one. */
const MEMORY_KEPT_BYTES_MAX = 4_194_304;

/** Makes the batches of one request after the other in the same memory: new memory for each costs more than writing it. */
export class BatchEncoder {
  #memory = Buffer.alloc(0);
  #end = 0;

  /** Another request: the batches of the one before, which its client has copied into its own bytes, are overwritten. */
  nextRequest(): void {
    this.#end = 0;
    if (this.#memory.length > MEMORY_KEPT_BYTES_MAX) this.#memory = Buffer.alloc(0);
  }

  encode({ records, bytesMax, firstSequence }: OutgoingBatch, producer: Producer | undefined): Buffer {
    this.#reserve(HEAD_BYTES + bytesMax);
    const memory = this.#memory;
    const begin = this.#end;
    const firstTimestamp = records[0]?.timestamp ?? 0;
    let maxTimestamp = firstTimestamp;
    let end = begin + HEAD_BYTES;
    for (const [index, record] of records.entries()) {
      const { timestamp } = record;
      if (timestamp > maxTimestamp) maxTimestamp = timestamp;
      end = writeRecord(memory, end, record, timestamp - firstTimestamp, index);
    }
    this.#end = end;
    const batch = memory.subarray(begin, end);
    batch.writeBigInt64BE(0n, at.firstOffset);
    batch.writeInt32BE(batch.length - BATCH_PREFIX_BYTES, at.length);
    batch.writeInt32BE(NO_EPOCH, at.leaderEpoch);
    batch.writeInt8(FORMAT, at.format);
    batch.writeInt16BE(producer?.transactionalId === undefined ? 0 : IS_TRANSACTIONAL, at.attributes);
    batch.writeInt32BE(records.length - 1, at.lastOffsetDelta);
    batch.writeBigInt64BE(BigInt(firstTimestamp), at.firstTimestamp);
    batch.writeBigInt64BE(BigInt(maxTimestamp), at.maxTimestamp);
    batch.writeBigInt64BE(producer?.producerId ?? NO_PRODUCER, at.producerId);
    batch.writeInt16BE(producer?.producerEpoch ?? NO_EPOCH, at.producerEpoch);
    batch.writeInt32BE(producer === undefined ? NO_SEQUENCE : firstSequence, at.firstSequence);
    batch.writeInt32BE(records.length, at.count);
    // As a list of one buffer: given the buffer itself, the client copies it before it counts.
    const counted = Writer.create().append(batch.subarray(at.attributes));
    batch.writeUInt32BE(crc32c(counted.dynamicBuffer), at.checksum);
    return batch;
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#memory.length) return;
    // Batches of this request that were made already keep the memory that they are in.
    this.#memory = Buffer.allocUnsafeSlow(Math.max(2 * this.#memory.length, bytes));
    this.#end = 0;
  }
}

/** Returns where the next one begins. */
function writeRecord(
  memory: Buffer,
  begin: number,
  { key, value, headers }: NewRecord,
  timestampDelta: number,
  offsetDelta: number,
): number {
  // The length comes first and is known last. It gets the room that it most likely takes.
  const guessed = varintBytes((value?.length ?? 0) + (key?.length ?? 0) + RECORD_FIELDS_BYTES_MAX);
  const body = begin + guessed;
  memory[body] = 0;
  let end = writeVarlong(memory, body + 1, timestampDelta);
  end = writeVarint(memory, end, offsetDelta);
  end = key === null ? writeVarint(memory, end, NULL) : writeText(memory, end, key);
  end = writeVarint(memory, end, value === null ? NULL : value.length);
  if (value !== null) {
    memory.set(value, end);
    end += value.length;
  }
  end = writeHeaders(memory, end, headers);
  const needed = varintBytes(end - body);
  if (needed !== guessed) {
    memory.copyWithin(begin + needed, body, end);
    end += needed - guessed;
  }
  writeVarint(memory, begin, end - begin - needed);
  return end;
}

function writeHeaders(memory: Buffer, begin: number, headers: NewRecord['headers']): number {
  if (headers === undefined) return writeVarint(memory, begin, 0);
  const names = Object.keys(headers);
  let end = writeVarint(memory, begin, names.length);
  for (const name of names) {
    end = writeText(memory, end, name);
    end = writeText(memory, end, headers[name] ?? '');
  }
  return end;
}

function writeText(memory: Buffer, begin: number, text: string): number {
  const { length } = text;
  if (length > UNITS_BY_HAND_MAX) return writeUnicode(memory, begin, text);
  let end = writeVarint(memory, begin, length);
  for (let i = 0; i < length; i += 1) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return writeUnicode(memory, begin, text);
    memory[end] = code;
    end += 1;
  }
  return end;
}

function writeUnicode(memory: Buffer, begin: number, text: string): number {
  const end = writeVarint(memory, begin, Buffer.byteLength(text));
  return end + memory.write(text, end);
}

/** Of 32 bits. */
function writeVarint(memory: Buffer, begin: number, value: number): number {
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  let end = begin;
  for (; rest > 0x7f; rest >>>= 7) {
    memory[end] = rest | 0x80;
    end += 1;
  }
  memory[end] = rest;
  return end + 1;
}

/** Of as many bits as a number has. */
function writeVarlong(memory: Buffer, begin: number, value: number): number {
  if (value === value >> 0) return writeVarint(memory, begin, value);
  let rest = value >= 0 ? value * 2 : value * -2 - 1;
  let end = begin;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) {
    memory[end] = (rest % 0x80) | 0x80;
    end += 1;
  }
  memory[end] = rest;
  return end + 1;
}

function varintBytes(value: number): number {
  if (value < 1 << 6) return 1;
  if (value < 1 << 13) return 2;
  if (value < 1 << 20) return 3;
  return value < 1 << 27 ? 4 : VARINT_BYTES_MAX;
}
