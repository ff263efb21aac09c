/**
 * Writes Avro's binary encoding. Events are written one after the other into the same slab of memory, each into its place
 * for good: nothing is copied, and nothing is allocated but a view of it. The generated codecs call it field by field; a
 * value of the wrong type is refused, never bent.
 */
import { markAsUntransferable } from 'node:worker_threads';

/** Whoever keeps one event keeps the slab: no larger than what Node's own pool would cost a few events. */
const SLAB_BYTES = 32_768;
/** No event is larger: a log's own limit for one record is far below. */
const EVENT_BYTES_MOST = 256 * 1024 * 1024;
/** Shorter texts are written by a loop: the call of a native function costs more. */
const LOOP_LENGTH_MOST = 48;
const HEADER_BYTES = 5;
const LONG_BYTES_MOST = 10;
const INT_MIN = -2_147_483_648;
const INT_MAX = 2_147_483_647;
const TWO_28 = 268_435_456;

export class ByteWriter {
  private bytes: Buffer = Buffer.alloc(0);
  private view = new DataView(this.bytes.buffer);
  private capacity = 0;
  /** Where the event at hand begins; what is before it belongs to others. */
  private start = 0;
  private at = 0;

  /** Begins an event: magic byte and schema id of the Confluent wire format. */
  begin(schemaId: number): void {
    const { start } = this;
    this.at = start;
    if (start + HEADER_BYTES > this.capacity) this.grow(HEADER_BYTES);
    this.bytes[this.at] = 0;
    this.view.setInt32(this.at + 1, schemaId);
    this.at += HEADER_BYTES;
  }

  /** What was written since `begin`. */
  finish(): Buffer {
    const { start, at } = this;
    this.start = at;
    return this.bytes.subarray(start, at);
  }

  double(value: number): void {
    if (typeof value !== 'number') refuse('double', value);
    if (this.at + 8 > this.capacity) this.grow(8);
    const { at } = this;
    this.view.setFloat64(at, value, true);
    this.at = at + 8;
  }

  /** Of the union of null and double, in that order: records full of numbers that may be absent are written at one call each. */
  optionalDouble(value: number | null): void {
    if (value === null) {
      this.small(0);
      return;
    }
    if (typeof value !== 'number') refuse('double', value);
    if (this.at + 9 > this.capacity) this.grow(9);
    const { at } = this;
    this.bytes[at] = 2;
    this.view.setFloat64(at + 1, value, true);
    this.at = at + 9;
  }

  float(value: number): void {
    if (typeof value !== 'number') refuse('float', value);
    if (this.at + 4 > this.capacity) this.grow(4);
    this.view.setFloat32(this.at, value, true);
    this.at += 4;
  }

  boolean(value: boolean): void {
    if (typeof value !== 'boolean') refuse('boolean', value);
    this.small(value ? 1 : 0);
  }

  int(value: number): void {
    if (!Number.isInteger(value) || value < INT_MIN || value > INT_MAX) refuse('int', value);
    this.varint(value);
  }

  long(value: number): void {
    if (!Number.isSafeInteger(value)) refuse('long', value);
    this.varint(value);
  }

  /** Index of a branch of a union: always one byte here. */
  branch(index: 0 | 1): void {
    this.small(index << 1);
  }

  /** Index of a symbol of an enum; `undefined`: there is no such symbol. */
  symbol(index: number | undefined, value: string): void {
    if (index === undefined) refuse('enum', value);
    this.varint(index);
  }

  /** Number of items of an array or map; a zero ends either. */
  count(items: number): void {
    if (!Number.isSafeInteger(items)) refuse('array', items);
    this.varint(items);
  }

  /** Ends an array or map that was not empty. */
  end(): void {
    this.small(0);
  }

  string(value: string): void {
    if (typeof value !== 'string') refuse('string', value);
    const { length } = value;
    // A character of UTF-16 takes three bytes of UTF-8 at most.
    const most = length * 3 + LONG_BYTES_MOST;
    if (this.at + most > this.capacity) this.grow(most);
    if (length <= LOOP_LENGTH_MOST) {
      const { bytes } = this;
      let at = this.at;
      bytes[at++] = length << 1;
      let index = 0;
      for (; index < length; index++) {
        const code = value.charCodeAt(index);
        if (code > 127) break;
        bytes[at++] = code;
      }
      if (index === length) {
        this.at = at;
        return;
      }
    }
    this.varint(Buffer.byteLength(value));
    this.at += this.bytes.write(value, this.at);
  }

  blob(value: Uint8Array): void {
    if (!(value instanceof Uint8Array)) refuse('bytes', value);
    const { length } = value;
    if (this.at + length + LONG_BYTES_MOST > this.capacity) this.grow(length + LONG_BYTES_MOST);
    this.varint(length);
    this.bytes.set(value, this.at);
    this.at += length;
  }

  private small(value: number): void {
    if (this.at + 1 > this.capacity) this.grow(1);
    this.bytes[this.at++] = value;
  }

  /** Zigzag, then seven bits a byte, lowest first. Split before doubling: exact up to 2^53 - 1 on both sides. */
  private varint(value: number): void {
    if (this.at + LONG_BYTES_MOST > this.capacity) this.grow(LONG_BYTES_MOST);
    const { bytes } = this;
    let { at } = this;
    if (value < 64 && value >= -64) {
      bytes[at] = value >= 0 ? value << 1 : (~value << 1) | 1;
      this.at = at + 1;
      return;
    }
    const positive = value >= 0;
    const magnitude = positive ? value : -(value + 1);
    // The sign is the lowest bit, the lowest 27 bits of the magnitude follow.
    const high = Math.floor(magnitude / (TWO_28 / 2));
    let low = ((magnitude - high * (TWO_28 / 2)) << 1) | (positive ? 0 : 1);
    if (high === 0) {
      for (; low > 127; low >>>= 7) bytes[at++] = (low & 127) | 128;
      bytes[at++] = low;
      this.at = at;
      return;
    }
    bytes[at] = (low & 127) | 128;
    bytes[at + 1] = ((low >>> 7) & 127) | 128;
    bytes[at + 2] = ((low >>> 14) & 127) | 128;
    bytes[at + 3] = (low >>> 21) | 128;
    at += 4;
    // At most 2^26: what is left of 2^53.
    let rest = high | 0;
    for (; rest > 127; rest >>>= 7) bytes[at++] = (rest & 127) | 128;
    bytes[at++] = rest;
    this.at = at;
  }

  /** The event at hand goes on in a new slab. */
  private grow(needed: number): void {
    const written = this.at - this.start;
    const wanted = written + needed;
    if (wanted > EVENT_BYTES_MOST) {
      throw new RangeError(`an event of ${wanted} bytes, at most ${EVENT_BYTES_MOST} are possible`);
    }
    const slab = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, wanted < SLAB_BYTES / 2 ? 0 : wanted * 2));
    markAsUntransferable(slab.buffer);
    this.bytes.copy(slab, 0, this.start, this.at);
    this.bytes = slab;
    this.view = new DataView(slab.buffer);
    this.capacity = slab.length;
    this.start = 0;
    this.at = written;
  }
}

function refuse(expected: string, value: unknown): never {
  throw new TypeError(`found ${typeof value === 'string' ? `'${value}'` : String(value)}, expected ${expected}`);
}
