/**
 * When the state of which key is written. A key gets its first snapshot with the transaction that gave it state, so
 * that no key is ever missing from the set; after that each key has its own moment in every period of event time.
 */
import { murmur2 } from '../partitioner.ts';
import type { LogRecord, NewRecord, ProcessorDefinition, Task } from '../port.ts';
import { snapshotRecord, snapshotTombstone } from './snapshot-records.ts';

const snapshotEveryMsDefault = 3_600_000;
const minuteMs = 60_000;
/** Due snapshots that one transaction carries at most; the others wait for the next. */
const keysMaxPerTransaction = 64;
const bytesMaxPerTransaction = 4_194_304;
/** A task that is behind writes no due snapshots until it replayed so many records: they would only slow it down. */
const recordsMaxWithoutSnapshots = 20_000;

const encoder = new TextEncoder();

export class SnapshotSchedule {
  readonly #definition: ProcessorDefinition;
  readonly #partition: number;
  readonly #task: Task;
  readonly #everyMs: number;
  /** Keys that have a snapshot in the topic. */
  readonly #stored: Set<string>;
  readonly #due = new Set<string>();
  #eventTimeMs: number | undefined;
  #recordsWithout = 0;

  constructor(definition: ProcessorDefinition, partition: number, task: Task, stored: Iterable<string>) {
    this.#definition = definition;
    this.#partition = partition;
    this.#task = task;
    this.#everyMs = definition.snapshotEveryMs ?? snapshotEveryMsDefault;
    this.#stored = new Set(stored);
  }

  /** What to write with the transaction that ends before `nextOffset`. `behind`: more records are waiting. */
  take(records: readonly LogRecord[], nextOffset: number, behind: boolean): NewRecord[] {
    if (this.#task.snapshot === undefined || this.#task.keys === undefined) return [];
    this.#advance(records);
    const written = this.#newKeys(records).map((key) => this.#snapshot(key, nextOffset));
    this.#recordsWithout += records.length;
    if (behind && this.#recordsWithout < recordsMaxWithoutSnapshots) return written;
    this.#recordsWithout = 0;
    return [...written, ...this.#takeDue(nextOffset)];
  }

  #takeDue(nextOffset: number): NewRecord[] {
    const written: NewRecord[] = [];
    if (this.#due.size === 0) return written;
    const keys = new Set(this.#task.keys?.());
    let bytes = 0;
    for (const key of this.#due) {
      if (written.length >= keysMaxPerTransaction || bytes >= bytesMaxPerTransaction) break;
      const record = keys.has(key) ? this.#snapshot(key, nextOffset) : this.#forget(key);
      bytes += record.value?.length ?? 0;
      written.push(record);
    }
    return written;
  }

  /** A record without a key may have given state to any key. */
  #newKeys(records: readonly LogRecord[]): string[] {
    if (records.every(({ key }) => key !== null && this.#stored.has(key))) return [];
    return [...(this.#task.keys?.() ?? [])].filter((key) => !this.#stored.has(key));
  }

  /** Event time moves on with each minute; keys whose moment it passed become due. */
  #advance(records: readonly LogRecord[]): void {
    const before = this.#eventTimeMs;
    const newest = records.reduce((max, { timestamp }) => Math.max(max, timestamp), before ?? Number.MIN_SAFE_INTEGER);
    if (before === undefined) this.#eventTimeMs = newest;
    if (before === undefined || Math.floor(newest / minuteMs) === Math.floor(before / minuteMs)) return;
    this.#eventTimeMs = newest;
    for (const key of this.#stored) {
      const moment = (murmur2(encoder.encode(key)) >>> 0) % this.#everyMs;
      const period = (timeMs: number): number => Math.floor((timeMs - moment) / this.#everyMs);
      if (period(newest) > period(before)) this.#due.add(key);
    }
  }

  #snapshot(key: string, offset: number): NewRecord {
    this.#due.delete(key);
    this.#stored.add(key);
    const state = this.#task.snapshot?.(key) ?? new Uint8Array(0);
    const timestamp = this.#eventTimeMs ?? 0;
    return snapshotRecord(this.#definition, { partition: this.#partition, key, offset, state, timestamp });
  }

  /** A key without state any more: an old snapshot of it would hold back where replays begin. */
  #forget(key: string): NewRecord {
    this.#due.delete(key);
    this.#stored.delete(key);
    return snapshotTombstone(this.#definition, this.#partition, key, this.#eventTimeMs ?? 0);
  }
}
