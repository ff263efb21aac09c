/**
 * Parts of minutes that wait for partitions. Which of them came (the index) is one state; what each minute's parts say is a state of
 * its own, so that no snapshot grows with the minutes that wait. Snapshots are of different moments: in a replay a minute may hold
 * parts that the index has not met again yet, or has closed already. The index decides.
 */
import { decodeAs, type PartitionMeasured } from '@screener/events';

/** In order of minutes: which partitions have delivered it, in the order in which they came, each with the bytes of its part. */
export type WaitingIndex = readonly (readonly [
  openTime: number,
  parts: readonly (readonly [partition: number, bytes: number])[],
])[];

type PartPlace = Pick<PartitionMeasured, 'openTime' | 'partition'>;

/** No instrument begins so. */
const keyStart = 'minute/';
const lengthBytes = 4;
/** Of the parts that are in one snapshot, so that a broker takes it: they have a megabyte for it. A part alone was a record before. */
const togetherBytesMax = 900_000;

export const isMinuteKey = (key: string): boolean => key.startsWith(keyStart);
const openTimeOf = (key: string): number => Number(key.split('/')[1]);

export class WaitingMinutes {
  /** Bytes by minute and partition. */
  readonly #index = new Map<number, Map<number, number>>();
  /** Encoded, by minute and partition. Whole copies: what came from a broker is a slice of something larger. */
  readonly #parts = new Map<number, Map<number, Uint8Array>>();
  #bytes = 0;
  /** Larger parts have a key of their own. */
  readonly #sharedBytesMax: number;

  constructor(partitions: number) {
    this.#sharedBytesMax = Math.floor(togetherBytesMax / partitions);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return this.#index.size;
  }

  openTimes(): readonly number[] {
    return [...this.#index.keys()].sort((one, other) => one - other);
  }

  /** What the part says; where it comes again, be it otherwise, the first counts. */
  keep({ openTime, partition }: PartPlace, encoded: Uint8Array): void {
    const ofMinute = inMinute(this.#parts, openTime);
    if (!ofMinute.has(partition)) ofMinute.set(partition, new Uint8Array(encoded));
  }

  /** That it came. */
  came({ openTime, partition }: PartPlace, bytes: number): void {
    const delivered = inMinute(this.#index, openTime);
    if (delivered.has(partition)) return;
    delivered.set(partition, bytes);
    this.#bytes += bytes;
  }

  /** The minute waits no longer, and nor does what a replay kept of minutes before it. */
  take(openTime: number): readonly PartitionMeasured[] {
    const partitions = [...(this.#index.get(openTime)?.keys() ?? [])];
    const parts = new Map(this.#parts.get(openTime));
    for (const partition of partitions) this.#drop(openTime, partition);
    for (const minute of this.#parts.keys()) {
      if (minute <= openTime && !this.#index.has(minute)) this.#parts.delete(minute);
    }
    return partitions.flatMap((partition) => {
      const encoded = parts.get(partition);
      return encoded === undefined ? [] : [decodeAs('PartitionMeasured', encoded)];
    });
  }

  /** What the partition said of later minutes does not count: its time went back. */
  dropAfter(openTime: number, partition: number): void {
    for (const minute of this.openTimes()) if (minute > openTime) this.#drop(minute, partition);
  }

  /** Of the minutes that wait. */
  keys(): Iterable<string> {
    const keys = new Set<string>();
    for (const [openTime, delivered] of this.#index) {
      for (const [partition, bytes] of delivered) keys.add(this.#keyOf(openTime, partition, bytes));
    }
    return keys;
  }

  snapshot(key: string): Uint8Array {
    const openTime = openTimeOf(key);
    const partitions = [...(this.#index.get(openTime) ?? [])]
      .filter(([partition, bytes]) => this.#keyOf(openTime, partition, bytes) === key)
      .map(([partition]) => partition)
      .sort((one, other) => one - other);
    const chunks: Uint8Array[] = [];
    for (const partition of partitions) {
      const encoded = this.#parts.get(openTime)?.get(partition);
      if (encoded === undefined) throw new RangeError(`no part of partition ${partition} in ${key}`);
      const length = Buffer.alloc(lengthBytes);
      length.writeUInt32LE(encoded.length);
      chunks.push(length, encoded);
    }
    return Buffer.concat(chunks);
  }

  restore(key: string, bytes: Uint8Array): void {
    const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < all.length; ) {
      const end = at + lengthBytes + all.readUInt32LE(at);
      if (end > all.length) throw new RangeError(`the parts of ${key} end early`);
      const encoded = all.subarray(at + lengthBytes, end);
      this.keep(decodeAs('PartitionMeasured', encoded), encoded);
      at = end;
    }
  }

  index(): WaitingIndex {
    return this.openTimes().map((openTime) => [openTime, [...(this.#index.get(openTime) ?? [])]]);
  }

  restoreIndex(index: WaitingIndex): void {
    this.#index.clear();
    this.#bytes = 0;
    for (const [openTime, parts] of index) {
      for (const [partition, bytes] of parts) this.came({ openTime, partition }, bytes);
    }
  }

  #keyOf(openTime: number, partition: number, bytes: number): string {
    return `${keyStart}${openTime}${bytes > this.#sharedBytesMax ? `/${partition}` : ''}`;
  }

  #drop(openTime: number, partition: number): void {
    const delivered = this.#index.get(openTime);
    this.#bytes -= delivered?.get(partition) ?? 0;
    delivered?.delete(partition);
    if (delivered?.size === 0) this.#index.delete(openTime);
    const parts = this.#parts.get(openTime);
    parts?.delete(partition);
    if (parts?.size === 0) this.#parts.delete(openTime);
  }
}

function inMinute<Value>(byMinute: Map<number, Map<number, Value>>, openTime: number): Map<number, Value> {
  const found = byMinute.get(openTime) ?? new Map<number, Value>();
  byMinute.set(openTime, found);
  return found;
}
