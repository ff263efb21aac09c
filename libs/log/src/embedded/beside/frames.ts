/**
 * What goes over the socket: frames of a JSON head and the bytes of values behind it. Small, bounded and versioned; whoever
 * sends anything else is hung up on.
 *
 *     length of the rest (4 bytes) | length of the head (4 bytes) | head | values
 */
import type { LogRecord, NewRecord } from '../../port.ts';

/** Rises when the two sides could misunderstand each other; told with the first frame. */
export const protocolVersion = 2;
/** Bounds what one connection can make the other side keep in memory. A record larger than this cannot be sent. */
export const frameBytesMax = 4_194_304;
/** Sent together at most, so that large appends and large batches become several frames. */
const recordsMaxPerFrame = 5_000;
const bytesPerFrame = 1_048_576;

const prefixBytes = 4;

export type Head = Readonly<Record<string, unknown>>;

export interface Frame {
  readonly head: Head;
  readonly values: Uint8Array;
}

/** Not what this protocol says: the connection is of no use any more. */
export class FrameInvalid extends Error {}

export function encodeFrame(head: Head, values: readonly Uint8Array[] = []): Buffer {
  const text = Buffer.from(JSON.stringify(head));
  const valueBytes = values.reduce((sum, { length }) => sum + length, 0);
  const length = prefixBytes + text.length + valueBytes;
  if (length > frameBytesMax) throw new FrameInvalid(`${length} bytes, at most ${frameBytesMax} can be sent at once`);
  const frame = Buffer.allocUnsafe(prefixBytes + length);
  frame.writeUInt32BE(length, 0);
  frame.writeUInt32BE(text.length, prefixBytes);
  let at = 2 * prefixBytes;
  at += text.copy(frame, at);
  for (const value of values) {
    frame.set(value, at);
    at += value.length;
  }
  return frame;
}

export class FrameReader {
  #chunks: Buffer[] = [];
  #bytes = 0;

  /** Something has begun that is not complete. */
  get isPartial(): boolean {
    return this.#bytes > 0;
  }

  /** Frames that are complete now. */
  *push(chunk: Buffer): Generator<Frame> {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    while (this.#bytes >= prefixBytes) {
      const length = this.#joined(prefixBytes).readUInt32BE(0);
      if (length < prefixBytes || length > frameBytesMax) throw new FrameInvalid(`a frame of ${length} bytes`);
      if (this.#bytes < prefixBytes + length) return;
      const whole = this.#joined(prefixBytes + length);
      const frame = whole.subarray(prefixBytes, prefixBytes + length);
      const rest = whole.subarray(prefixBytes + length);
      this.#chunks = rest.length > 0 ? [rest] : [];
      this.#bytes = rest.length;
      yield decodeFrame(frame);
    }
  }

  /** The first chunk, made long enough. */
  #joined(bytes: number): Buffer {
    const [first] = this.#chunks;
    if (first !== undefined && first.length >= bytes) return first;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}

function decodeFrame(frame: Buffer): Frame {
  const headBytes = frame.readUInt32BE(0);
  if (headBytes > frame.length - prefixBytes) throw new FrameInvalid('a head that is longer than its frame');
  const text = frame.toString('utf8', prefixBytes, prefixBytes + headBytes);
  let head: unknown;
  try {
    head = JSON.parse(text);
  } catch (cause) {
    throw new FrameInvalid('a head that is no JSON', { cause });
  }
  if (typeof head !== 'object' || head === null || Array.isArray(head))
    throw new FrameInvalid('a head that is no object');
  return { head: head as Head, values: frame.subarray(prefixBytes + headBytes) };
}

type Row = readonly [
  topic: string,
  partition: number | null,
  offset: number | null,
  timestamp: number,
  key: string | null,
  headers: Readonly<Record<string, string>> | null,
  valueBytes: number | null,
];

export function encodeRecords(records: readonly (NewRecord & { readonly offset?: number })[]): {
  rows: readonly Row[];
  values: Uint8Array[];
} {
  const rows = records.map(
    ({ topic, partition, offset, timestamp, key, headers, value }): Row => [
      topic,
      partition ?? null,
      offset ?? null,
      timestamp,
      key,
      headers ?? null,
      value === null ? null : value.length,
    ],
  );
  return { rows, values: records.flatMap(({ value }) => (value === null ? [] : [value])) };
}

/** What one frame takes. A single record that is too large for any is refused where it is encoded. */
export function* pieces<T extends NewRecord>(records: readonly T[]): Generator<readonly T[]> {
  let begin = 0;
  let bytes = 0;
  for (const [index, record] of records.entries()) {
    const size = sizeOf(record);
    if (index > begin && (index - begin >= recordsMaxPerFrame || bytes + size > bytesPerFrame)) {
      yield records.slice(begin, index);
      begin = index;
      bytes = 0;
    }
    bytes += size;
  }
  yield records.slice(begin);
}

/** Roughly: what keys and headers need in JSON is not known before. */
const sizeOf = ({ value, key, headers }: NewRecord): number =>
  (value?.length ?? 0) + (key?.length ?? 0) + (headers === undefined ? 0 : JSON.stringify(headers).length);

/** Every field is looked at: the other side may be anybody's program. */
export function decodeRecords(given: unknown, values: Uint8Array): (NewRecord & { readonly offset: number })[] {
  if (!Array.isArray(given) || given.length > recordsMaxPerFrame) throw new FrameInvalid('records that are no list');
  let at = 0;
  return given.map((row: unknown) => {
    if (!isRow(row)) throw new FrameInvalid('a record that is none');
    const [topic, partition, offset, timestamp, key, headers, valueBytes] = row;
    const end = at + (valueBytes ?? 0);
    if (end > values.length) throw new FrameInvalid('a value that is longer than its frame');
    const value = valueBytes === null ? null : values.slice(at, end);
    at = end;
    const placed = { topic, timestamp, key, value, offset: offset ?? 0 };
    return { ...placed, ...(partition !== null && { partition }), ...(headers !== null && { headers }) };
  });
}

function isRow(row: unknown): row is Row {
  if (!Array.isArray(row) || row.length !== 7) return false;
  const [topic, partition, offset, timestamp, key, headers, valueBytes] = row as unknown[];
  const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
  return (
    typeof topic === 'string' &&
    (partition === null || isWhole(partition)) &&
    (offset === null || isWhole(offset)) &&
    Number.isSafeInteger(timestamp) &&
    (key === null || typeof key === 'string') &&
    (headers === null || isHeaders(headers)) &&
    (valueBytes === null || isWhole(valueBytes))
  );
}

const isHeaders = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((header) => typeof header === 'string');

export const asLogRecords = (records: readonly (NewRecord & { readonly offset: number })[]): LogRecord[] =>
  records.map((record) => ({ ...record, partition: record.partition ?? 0 }));
