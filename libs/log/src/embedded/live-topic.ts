/**
 * A live topic in memory: the newest record of each key, in order of arrival. A reader that keeps up sees every
 * record; one that is slow sees only the newest of each key, which is all that 'latest wins' promises.
 */
import type { LogRecord, NewRecord } from '../port.ts';
import type { TopicDescription } from '../topology.ts';
import type { PartitionSource } from './partition-source.ts';

/** Bounds memory where keys come and go; far above the instruments of a partition. */
const keysMaxPerPartition = 10_000;

interface Ring {
  /** By key; a Map keeps order of insertion, and a new record of a key is inserted anew, so the order is by offset. */
  readonly newest: Map<string, LogRecord>;
  end: number;
}

export class LiveTopic implements PartitionSource {
  description: TopicDescription;
  readonly #rings: readonly Ring[];

  constructor(description: TopicDescription) {
    this.description = description;
    this.#rings = Array.from({ length: description.partitions }, () => ({ newest: new Map(), end: 0 }));
  }

  append(partition: number, record: NewRecord): void {
    const ring = this.#ring(partition);
    const offset = ring.end;
    ring.end += 1;
    // A record without a key is a key of its own; '\0' cannot begin a real key of ours.
    const key = record.key ?? `\0${offset}`;
    ring.newest.delete(key);
    ring.newest.set(key, { ...record, partition, offset });
    if (ring.newest.size <= keysMaxPerPartition) return;
    const oldest = ring.newest.keys().next();
    if (!oldest.done) ring.newest.delete(oldest.value);
  }

  beginning(partition: number): number {
    for (const record of this.#ring(partition).newest.values()) return record.offset;
    return this.#ring(partition).end;
  }

  end(partition: number): number {
    return this.#ring(partition).end;
  }

  offsetAt(partition: number, timeMs: number): number {
    for (const record of this.#ring(partition).newest.values()) if (record.timestamp >= timeMs) return record.offset;
    return this.#ring(partition).end;
  }

  read(partition: number, from: number, before: number, max: number): LogRecord[] {
    const found: LogRecord[] = [];
    for (const record of this.#ring(partition).newest.values()) {
      if (record.offset < from) continue;
      if (record.offset >= before || found.length >= max) break;
      found.push(record);
    }
    return found;
  }

  #ring(partition: number): Ring {
    const ring = this.#rings[partition];
    if (ring === undefined) throw new RangeError(`partition ${partition} of ${this.description.name}`);
    return ring;
  }
}
