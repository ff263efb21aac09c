/** One partition as a broker keeps it: records of open and aborted transactions among the others, and markers. */
import type { LogRecord, NewRecord } from '../port.ts';

export interface Transaction {
  state: 'open' | 'committed' | 'aborted';
  readonly partitions: Set<SimulatedPartition>;
}

interface Entry {
  readonly offset: number;
  /** undefined: a marker that ends a transaction, no record. */
  readonly record: LogRecord | undefined;
  readonly transaction: Transaction | undefined;
}

export class SimulatedPartition {
  readonly #topic: string;
  readonly #partition: number;
  #entries: Entry[] = [];
  #beginning = 0;
  /** What retention and compaction took away: nobody can read it, the checker can. */
  readonly #removed: Entry[] = [];
  readonly #open = new Map<Transaction, number>();
  #end = 0;

  constructor(topic: string, partition: number) {
    this.#topic = topic;
    this.#partition = partition;
  }

  append(record: NewRecord, transaction?: Transaction): void {
    const stored: LogRecord = { ...record, topic: this.#topic, partition: this.#partition, offset: this.#end };
    if (transaction !== undefined) {
      transaction.partitions.add(this);
      if (!this.#open.has(transaction)) this.#open.set(transaction, this.#end);
    }
    this.#push(stored, transaction);
  }

  /** The transaction has ended: its marker follows. */
  mark(transaction: Transaction): void {
    this.#open.delete(transaction);
    this.#push(undefined, transaction);
  }

  get beginning(): number {
    return this.#beginning;
  }

  get end(): number {
    return this.#end;
  }

  /** Readers of committed records go no further than the first open transaction. */
  get stableEnd(): number {
    return Math.min(this.#end, ...this.#open.values());
  }

  /** Up to `max` committed records from an offset, and where reading goes on. `dirty` reads what is not committed too. */
  read(from: number, before: number, max: number, dirty = false): { records: LogRecord[]; next: number } {
    const records: LogRecord[] = [];
    const end = Math.min(before, dirty ? this.#end : this.stableEnd);
    for (let at = this.#indexOf(from); at < this.#entries.length; at += 1) {
      const entry = this.#entries[at];
      if (entry === undefined || entry.offset >= end) break;
      if (entry.record === undefined || !(dirty || isCommitted(entry))) continue;
      if (records.length === max) return { records, next: entry.offset };
      records.push(entry.record);
    }
    return { records, next: Math.max(from, end) };
  }

  offsetAt(timeMs: number): number {
    return this.#entries.find(({ record }) => record !== undefined && record.timestamp >= timeMs)?.offset ?? this.#end;
  }

  /** Retention: nothing below `before` can be read any more. How many records that took away. */
  expire(before: number): number {
    const kept = this.#entries.findIndex(({ offset }) => offset >= before);
    const gone = this.#entries.splice(0, kept === -1 ? this.#entries.length : kept);
    this.#removed.push(...gone);
    this.#beginning = Math.max(this.#beginning, before);
    return gone.length;
  }

  /** Keeps the newest record of each key, as far as nothing is open. */
  compact(): number {
    const end = this.stableEnd;
    const newest = new Map<string, number>();
    for (const entry of this.#entries) {
      const key = entry.record?.key;
      if (key != null && entry.offset < end && isCommitted(entry)) newest.set(key, entry.offset);
    }
    const kept: Entry[] = [];
    const before = this.#removed.length;
    for (const entry of this.#entries) {
      const key = entry.record?.key;
      const replaced = key != null && isCommitted(entry) && (newest.get(key) ?? entry.offset) > entry.offset;
      (replaced ? this.#removed : kept).push(entry);
    }
    this.#entries = kept;
    return this.#removed.length - before;
  }

  /** Every record that was ever committed, in order. */
  history(): LogRecord[] {
    return [...this.#removed, ...this.#entries]
      .filter(isCommitted)
      .flatMap(({ record }) => (record === undefined ? [] : [record]))
      .sort((a, b) => a.offset - b.offset);
  }

  #push(record: LogRecord | undefined, transaction: Transaction | undefined): void {
    this.#entries.push({ offset: this.#end, record, transaction });
    this.#end += 1;
  }

  #indexOf(offset: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#entries[middle]?.offset ?? offset) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const isCommitted = ({ transaction }: Entry): boolean => transaction === undefined || transaction.state === 'committed';
