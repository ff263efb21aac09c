/**
 * Records of one partition that were committed together, as the bytes of one row: a row for each record costs a statement
 * each, which is most of what an append takes of the processor.
 *
 * One after the other, numbers little-endian: length of key, headers and value, each plus 1 so that 0 says `null` (4 bytes
 * each), timestamp (8, a double), then key (UTF-8), headers (JSON) and value.
 */
import type { LogRecord, NewRecord } from '../port.ts';

/** A block is full with so many bytes: whoever wants one record of it reads the whole block. */
const bytesPerBlock = 65_536;
const headBytes = 20;
/** In UTF-8 a unit of a string takes at most so many. */
const bytesPerUnitMax = 3;
/** Blocks share pieces of memory of this size: allocating costs more than writing. */
const bytesPerPiece = 2 * bytesPerBlock;

export interface EncodedBlock {
  readonly count: number;
  /** Highest timestamp. */
  readonly high: number;
  readonly bytes: Uint8Array;
}

/** Where the records of a block belong. */
export interface BlockPlace {
  readonly topic: string;
  readonly partition: number;
  /** Offset of its first record. */
  readonly base: number;
  readonly count: number;
}

/** Makes one block after the other. */
export class BlockEncoder {
  /** What is written stays as it is: a block may be kept, and with it the piece that it is in. */
  #memory = Buffer.allocUnsafeSlow(bytesPerPiece);
  /** Where the block in the making begins. */
  #begin = 0;
  #end = 0;

  /** The records from `begin` on, until the block is full. */
  encode(records: readonly NewRecord[], begin: number): EncodedBlock {
    this.#begin = this.#end;
    let index = begin;
    let high = Number.MIN_SAFE_INTEGER;
    for (; index < records.length && this.#end - this.#begin < bytesPerBlock; index += 1) {
      const record = records[index];
      if (record === undefined) break;
      this.#write(record);
      if (record.timestamp > high) high = record.timestamp;
    }
    return { count: index - begin, high, bytes: this.#memory.subarray(this.#begin, this.#end) };
  }

  #write({ key, value, timestamp, headers }: NewRecord): void {
    const headersText = headers === undefined ? undefined : JSON.stringify(headers);
    const textUnits = (key?.length ?? 0) + (headersText?.length ?? 0);
    this.#reserve(headBytes + textUnits * bytesPerUnitMax + (value?.length ?? 0));
    const memory = this.#memory;
    const at = this.#end;
    const keyAt = at + headBytes;
    const headersAt = key === null ? keyAt : keyAt + memory.write(key, keyAt);
    const valueAt = headersText === undefined ? headersAt : headersAt + memory.write(headersText, headersAt);
    memory.writeUInt32LE(key === null ? 0 : headersAt - keyAt + 1, at);
    memory.writeUInt32LE(headersText === undefined ? 0 : valueAt - headersAt + 1, at + 4);
    memory.writeUInt32LE(value === null ? 0 : value.length + 1, at + 8);
    memory.writeDoubleLE(timestamp, at + 12);
    if (value !== null) memory.set(value, valueAt);
    this.#end = valueAt + (value?.length ?? 0);
  }

  /** Where the piece is too short for another record, the block goes on in a new one. */
  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#memory.length) return;
    const written = this.#end - this.#begin;
    const piece = Buffer.allocUnsafeSlow(Math.max(bytesPerPiece, written + bytes));
    this.#memory.copy(piece, 0, this.#begin, this.#end);
    this.#memory = piece;
    this.#begin = 0;
    this.#end = written;
  }
}

/** Adds up to `max` records with `from` <= offset < `before`. The bytes are those of a block: a checksum said so. */
export function decodeBlock(
  bytes: Uint8Array,
  { topic, partition, base, count }: BlockPlace,
  { from, before, max }: { readonly from: number; readonly before: number; readonly max: number },
  records: LogRecord[],
): void {
  const block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = Math.min(base + count, before);
  let at = 0;
  for (let offset = base; offset < end && records.length < max; offset += 1) {
    const keyLength = block.readUInt32LE(at);
    const headersLength = block.readUInt32LE(at + 4);
    const valueLength = block.readUInt32LE(at + 8);
    const keyAt = at + headBytes;
    const headersAt = keyAt + Math.max(0, keyLength - 1);
    const valueAt = headersAt + Math.max(0, headersLength - 1);
    const timestamp = block.readDoubleLE(at + 12);
    at = valueAt + Math.max(0, valueLength - 1);
    if (offset < from) continue;
    const key = keyLength === 0 ? null : block.toString('utf8', keyAt, headersAt);
    const value = valueLength === 0 ? null : new Uint8Array(block.buffer, block.byteOffset + valueAt, valueLength - 1);
    if (headersLength === 0) records.push({ topic, partition, offset, timestamp, key, value });
    else {
      const headers = JSON.parse(block.toString('utf8', headersAt, valueAt)) as Record<string, string>;
      records.push({ topic, partition, offset, timestamp, key, value, headers });
    }
  }
}
