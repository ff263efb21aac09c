/**
 * Reads Avro's binary encoding, as the generated codecs ask field by field. Every length and count is compared with the
 * bytes that are left before anything is allocated or repeated, so that damaged bytes cost what they weigh and no more.
 */
import { isUtf8 } from 'node:buffer';
import { SharedTexts, sharedBytesMost } from './shared-texts.ts';

const CAPACITY_FIRST_BYTES = 16_384;
/** A larger buffer is given back after the event that needed it. */
const CAPACITY_KEPT_BYTES = 1_048_576;
/** Whoever compares texts in words reads past their end. */
const SLACK_BYTES = 8;
const TWO_27 = 134_217_728;
const TWO_55 = 2 ** 55;
const INT_MIN = -2_147_483_648;
const INT_MAX = 2_147_483_647;

/** Bytes that cannot be what they should; the message says what is wrong with them. */
export class DamagedBytes extends Error {
  override readonly name = 'DamagedBytes';
}

export class ByteReader {
  /** Events are copied into one buffer first: that is cheaper than a view of each, and all code meets one kind of bytes. */
  private bytes: Buffer = Buffer.alloc(0);
  private view = new DataView(new ArrayBuffer(0));
  private at = 0;
  private limit = 0;
  private readonly shared = new SharedTexts();

  constructor() {
    this.provide(CAPACITY_FIRST_BYTES);
  }

  begin(bytes: Uint8Array, at: number): void {
    const { length } = bytes;
    if (length + SLACK_BYTES > this.bytes.length) this.provide(length + SLACK_BYTES);
    this.bytes.set(bytes);
    this.at = at;
    this.limit = length;
  }

  /** Ends an event: bytes that are left over mean that it was something else. */
  finish(): void {
    const { at, limit } = this;
    if (this.bytes.length > CAPACITY_KEPT_BYTES) this.provide(CAPACITY_FIRST_BYTES);
    if (at !== limit) throw new DamagedBytes(`it should end at byte ${at}, has ${limit}`);
  }

  double(): number {
    const { at } = this;
    if (at + 8 > this.limit) this.truncated();
    this.at = at + 8;
    return this.view.getFloat64(at, true);
  }

  /** Of the union of null and double, in that order. */
  optionalDouble(): number | null {
    const { at } = this;
    if (at < this.limit && this.bytes[at] === 2) {
      this.at = at + 1;
      return this.double();
    }
    return this.index(2) === 0 ? null : this.double();
  }

  float(): number {
    const { at } = this;
    if (at + 4 > this.limit) this.truncated();
    this.at = at + 4;
    return this.view.getFloat32(at, true);
  }

  boolean(): boolean {
    const byte = this.byte();
    if (byte > 1) this.damaged(`a boolean is ${byte}`);
    return byte === 1;
  }

  int(): number {
    const value = this.long();
    if (value < INT_MIN || value > INT_MAX) this.damaged(`an int is ${value}`);
    return value;
  }

  long(): number {
    const { bytes, limit } = this;
    let { at } = this;
    // Up to four bytes are whole numbers of the machine; what follows is put together as doubles, exact up to 2^53.
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      if (at >= limit) this.truncated();
      const byte = bytes[at++] as number;
      low |= (byte & 127) << shift;
      if (byte < 128) {
        this.at = at;
        return (low >>> 1) ^ -(low & 1);
      }
    }
    let middle = 0;
    let high = 0;
    for (let shift = 0; ; shift += 7) {
      if (at >= limit) this.truncated();
      if (shift > 35) this.damaged('a number has more than ten bytes');
      const byte = bytes[at++] as number;
      if (shift < 28) middle |= (byte & 127) << shift;
      else high |= (byte & 127) << (shift - 28);
      if (byte < 128) break;
    }
    this.at = at;
    const magnitude = (low >>> 1) + middle * TWO_27 + high * TWO_55;
    const value = (low & 1) === 0 ? magnitude : -magnitude - 1;
    if (!Number.isSafeInteger(value)) this.damaged(`a number is ${value}, beyond what is exact`);
    return value;
  }

  /** Index of a symbol of an enum or of a branch of a union. */
  index(choices: number): number {
    const index = this.long();
    if (index < 0 || index >= choices) this.damaged(`choice ${index} of ${choices}`);
    return index;
  }

  /** Number of items in the next block of an array or map, each of at least one byte; 0: no more blocks. */
  block(): number {
    const count = this.long();
    if (count >= 0) return count <= this.limit - this.at ? count : this.truncated();
    // A negative count comes with the length of the block in bytes, for those who want to skip it.
    const length = this.long();
    const left = this.limit - this.at;
    return length >= 0 && length <= left && -count <= length ? -count : this.truncated();
  }

  string(): string {
    const length = this.size();
    const { at } = this;
    this.at = at + length;
    if (length > sharedBytesMost) return this.text(at, length);
    const known = this.shared.find(this.view, at, length);
    if (known !== undefined) return known;
    const text = this.text(at, length);
    this.shared.keep(this.view, at, length, text);
    return text;
  }

  blob(): Uint8Array {
    const length = this.size();
    const start = this.at;
    this.at = start + length;
    return Buffer.from(this.bytes.subarray(start, this.at));
  }

  skip(length: number): void {
    if (this.at + length > this.limit) this.truncated();
    this.at += length;
  }

  /** The bytes that a walk passes, which have to be all that are left. */
  walked(walk: () => void): Buffer {
    const { at } = this;
    walk();
    if (this.at !== this.limit) this.finish();
    return this.bytes.subarray(at, this.at);
  }

  private size(): number {
    const length = this.long();
    return length >= 0 && length <= this.limit - this.at ? length : this.truncated();
  }

  private byte(): number {
    if (this.at >= this.limit) this.truncated();
    return this.bytes[this.at++] as number;
  }

  private text(at: number, length: number): string {
    const text = this.bytes.toString('utf8', at, at + length);
    // Stands for what is not UTF-8; somebody may have written the character itself.
    if (text.includes('\ufffd') && !isUtf8(this.bytes.subarray(at, at + length))) {
      throw new DamagedBytes(`a text at byte ${at} is not UTF-8`);
    }
    return text;
  }

  private provide(capacity: number): void {
    const buffer = new ArrayBuffer(capacity);
    this.bytes = Buffer.from(buffer);
    this.view = new DataView(buffer);
  }

  private truncated(): never {
    throw new DamagedBytes(`it goes on after byte ${this.limit}, its last`);
  }

  private damaged(what: string): never {
    throw new DamagedBytes(`${what} before byte ${this.at}`);
  }
}
