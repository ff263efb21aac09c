/** The side inputs of one task: what is known of them, and up to where the task has used them. */
import { ScreenerError } from '@screener/errors';
import type { LogRecord, Task } from '../port.ts';
import { UntakenRecord } from './apply-record.ts';
import type { Skips } from './skips.ts';

/** Side topic to the next unread offset of each of its partitions. */
export type SideOffsets = Readonly<Record<string, readonly number[]>>;

/** Records that one task holds until the next minute opens; side inputs are small, so reaching this is a mistake. */
export const sideRecordsWaitingMax = 1_000_000;

interface SidePartition {
  readonly topic: string;
  readonly partition: number;
  /** Next offset to take in: what comes twice is taken once. */
  known: number;
  /** Next offset to use. */
  applied: number;
  /** In order of offset; those before `head` have been used. */
  waiting: LogRecord[];
  head: number;
}

/** Whose cursor it is, for what it has to say. */
export interface CursorOwner {
  readonly group: string;
  readonly input: string;
  readonly partition: number;
}

export class SideCursor {
  readonly #owner: CursorOwner;
  /** In the order in which a task sees them: topic by topic as the definition names them, then by partition. */
  readonly #partitions: readonly SidePartition[];
  readonly #byTopic = new Map<string, readonly SidePartition[]>();
  #waiting = 0;
  #overrun: ScreenerError | undefined;

  constructor(owner: CursorOwner, topics: ReadonlyMap<string, number>) {
    this.#owner = owner;
    for (const [topic, partitions] of topics) {
      this.#byTopic.set(
        topic,
        Array.from({ length: partitions }, (_, partition) => {
          return { topic, partition, known: 0, applied: 0, waiting: [], head: 0 };
        }),
      );
    }
    this.#partitions = [...this.#byTopic.values()].flat();
  }

  add(records: readonly LogRecord[]): void {
    for (const record of records) {
      const side = this.#byTopic.get(record.topic)?.[record.partition];
      if (side === undefined || record.offset < side.known || this.#overrun !== undefined) continue;
      if (this.#waiting >= sideRecordsWaitingMax) {
        this.#overflow(record.topic);
        return;
      }
      side.known = record.offset + 1;
      side.waiting.push(record);
      this.#waiting += 1;
    }
  }

  /**
   * Whether a record is not there any more: retention or compaction took it. Only to be asked while nothing has been used of
   * what was read from the beginning on.
   */
  isGone({ topic, partition, offset }: Pick<LogRecord, 'topic' | 'partition' | 'offset'>): boolean {
    const side = this.#byTopic.get(topic)?.[partition];
    if (side === undefined || this.#overrun !== undefined || offset >= side.known) return false;
    return !side.waiting.some((record) => record.offset === offset);
  }

  /** Offsets of everything used so far. */
  applied(): SideOffsets {
    return Object.fromEntries([...this.#byTopic].map(([topic, sides]) => [topic, sides.map((side) => side.applied)]));
  }

  /** Feeds the task all that is known. True when there was anything. */
  applyKnown(task: Task, skips: Skips): boolean {
    if (this.#overrun !== undefined) throw this.#overrun;
    if (this.#waiting === 0) return false;
    this.#apply(task, skips, ({ known }) => known);
    return true;
  }

  /** Feeds the task what lies before the given offsets, as a mark of an earlier run recorded them. */
  applyTo(task: Task, skips: Skips, offsets: SideOffsets): void {
    if (this.#overrun !== undefined) throw this.#overrun;
    this.#apply(task, skips, ({ topic, partition }) => offsets[topic]?.[partition] ?? 0);
    for (const [topic, marked] of Object.entries(offsets)) {
      const sides = this.#byTopic.get(topic);
      // Also where the records themselves are gone: the next mark must not go back behind this one.
      for (const [partition, next] of marked.entries()) {
        const side = sides?.[partition];
        if (side !== undefined && side.applied < next) side.applied = next;
      }
    }
  }

  #apply(task: Task, skips: Skips, endOf: (side: SidePartition) => number): void {
    let skipped = 0;
    for (const side of this.#partitions) {
      const end = endOf(side);
      for (let record = side.waiting[side.head]; record !== undefined; record = side.waiting[side.head]) {
        if (record.offset >= end) break;
        if (skips.has(record)) skipped += 1;
        else {
          this.#feed(task, record, skipped);
          skipped = 0;
        }
        side.applied = record.offset + 1;
        side.head += 1;
        this.#waiting -= 1;
      }
      dropUsed(side);
    }
  }

  #feed(task: Task, record: LogRecord, skippedBefore: number): void {
    try {
      task.applySide?.(record);
    } catch (cause) {
      throw new UntakenRecord(this.#owner.group, record, cause, skippedBefore);
    }
  }

  /** Said where the task meets it, not to whoever happens to deliver. */
  #overflow(topic: string): void {
    this.#overrun = new ScreenerError('SIDE_INPUT_TOO_LARGE', { ...this.#owner, topic, most: sideRecordsWaitingMax });
    for (const side of this.#partitions) Object.assign(side, { waiting: [], head: 0 });
  }
}

/** Used records go when they are half of what is held: dropping each at once would move the rest every time. */
function dropUsed(side: SidePartition): void {
  if (side.head * 2 < side.waiting.length) return;
  side.waiting = side.waiting.slice(side.head);
  side.head = 0;
}
