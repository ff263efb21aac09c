/** The side inputs of one task: what is known of them, and up to where the task has used them. */
import type { LogRecord, Task } from '../port.ts';

/** Side topic to the next unread offset of each of its partitions. */
export type SideOffsets = Readonly<Record<string, readonly number[]>>;

export class SideCursor {
  readonly #topics: readonly string[];
  /** Next offset to take in, by topic and partition: what comes twice is taken once. */
  readonly #known = new Map<string, number[]>();
  readonly #applied = new Map<string, number[]>();
  #waiting: LogRecord[] = [];

  constructor(topics: ReadonlyMap<string, number>) {
    this.#topics = [...topics.keys()];
    for (const [topic, partitions] of topics) {
      this.#known.set(
        topic,
        Array.from({ length: partitions }, () => 0),
      );
      this.#applied.set(
        topic,
        Array.from({ length: partitions }, () => 0),
      );
    }
  }

  add(records: readonly LogRecord[]): void {
    for (const record of records) {
      const known = this.#known.get(record.topic);
      if (known === undefined || record.offset < (known[record.partition] ?? 0)) continue;
      known[record.partition] = record.offset + 1;
      this.#waiting.push(record);
    }
  }

  /** Offsets of everything used so far. */
  applied(): SideOffsets {
    return Object.fromEntries([...this.#applied].map(([topic, offsets]) => [topic, [...offsets]]));
  }

  /** Feeds the task all that is known. True when there was anything. */
  applyKnown(task: Task): boolean {
    return this.#apply(task, () => true);
  }

  /** Feeds the task what lies before the given offsets, as a mark of an earlier run recorded them. */
  applyTo(task: Task, offsets: SideOffsets): void {
    this.#apply(task, ({ topic, partition, offset }) => offset < (offsets[topic]?.[partition] ?? 0));
    for (const [topic, marked] of Object.entries(offsets)) {
      const applied = this.#applied.get(topic);
      // Also where the records themselves are gone: the next mark must not go back behind this one.
      for (const [partition, next] of marked.entries()) {
        if (applied !== undefined && (applied[partition] ?? 0) < next) applied[partition] = next;
      }
    }
  }

  #apply(task: Task, chosen: (record: LogRecord) => boolean): boolean {
    const now: LogRecord[] = [];
    const later: LogRecord[] = [];
    for (const record of this.#waiting) (chosen(record) ? now : later).push(record);
    this.#waiting = later;
    now.sort((a, b) => this.#rank(a) - this.#rank(b) || a.partition - b.partition || a.offset - b.offset);
    for (const record of now) {
      const applied = this.#applied.get(record.topic);
      if (applied === undefined) continue;
      task.applySide?.(record);
      applied[record.partition] = record.offset + 1;
    }
    return now.length > 0;
  }

  #rank({ topic }: LogRecord): number {
    return this.#topics.indexOf(topic);
  }
}
