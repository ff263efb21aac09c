/**
 * When the state of which key is written. A key gets its first snapshot with the transaction that gave it state, so
 * that no key is ever missing from the set; after that each key has its own moment in every period of event time.
 */
import { murmur2 } from '../partitioner.ts';
import type { LogRecord, NewRecord, ProcessorDefinition, Task } from '../port.ts';
import type { Restored } from './read-snapshots.ts';
import { floorRecord, type Slot, slots, snapshotRecord, tombstone } from './snapshot-records.ts';

const snapshotEveryMsDefault = 3_600_000;
const minuteMs = 60_000;
/** Due snapshots that one transaction carries at most; the others wait for the next. */
export const keysMaxPerTransaction = 64;
const bytesMaxPerTransaction = 4_194_304;
/** So many records may pass before due snapshots go with the records themselves: a replay has an end also for who is behind. */
export const recordsMaxWithoutSnapshots = 20_000;

const encoder = new TextEncoder();

/** What the topic holds of one key. */
interface StoredKey {
  readonly began: number;
  readonly slot: Slot;
  readonly newest: number;
  /** The generation before; undefined: there is none that can be used. */
  readonly older: number | undefined;
  /** Event time from which on the next one is due. */
  readonly dueAtMs: number;
}

export class SnapshotSchedule {
  readonly #definition: ProcessorDefinition;
  readonly #partition: number;
  readonly #task: Task;
  readonly #everyMs: number;
  readonly #stored = new Map<string, StoredKey>();
  /** Where keys began whose snapshots are no use, for their next one. */
  readonly #began = new Map<string, number>();
  #floor: number | undefined;
  /** Moves on by whole minutes. */
  #eventTimeMs: number | undefined;
  #recordsWithout = 0;

  constructor(definition: ProcessorDefinition, partition: number, task: Task, { keys, lost, floor }: Restored) {
    this.#definition = definition;
    this.#partition = partition;
    this.#task = task;
    this.#everyMs = definition.snapshotEveryMs ?? snapshotEveryMsDefault;
    this.#floor = floor;
    for (const [key, { began, slot, offset, older, migrated, takenAtMs }] of keys) {
      // By when it was taken, not by what this task has seen: whoever ends before it wrote what was due leaves it due.
      const dueAtMs = migrated ? Number.NEGATIVE_INFINITY : this.#momentAfter(key, takenAtMs);
      this.#stored.set(key, { began, slot, newest: offset, older, dueAtMs });
    }
    for (const [key, { began }] of lost) this.#began.set(key, began);
  }

  /**
   * Oldest input offset that a take-over needs, also when the newest snapshot of a key turns out to be damaged; undefined
   * as long as the task has no snapshots.
   */
  get floor(): number | undefined {
    return this.#floor;
  }

  get hasDue(): boolean {
    return this.#dueKeys().next().done !== true;
  }

  /** What is due can wait no longer. */
  get isOverdue(): boolean {
    return this.#recordsWithout >= recordsMaxWithoutSnapshots;
  }

  /** What has to go with the transaction of these records, which ends before `nextOffset`. */
  ofNewKeys(records: readonly LogRecord[], nextOffset: number): NewRecord[] {
    if (!this.#takesAny) return [];
    const first = records[0]?.offset ?? nextOffset;
    this.#advance(records);
    this.#recordsWithout += records.length;
    const written = this.#newKeys(records).map((key) => this.#snapshot(key, nextOffset, this.#began.get(key) ?? first));
    // Rebuilt, and yet without state: what is stored of it is of no use to anybody.
    for (const key of this.#began.keys()) written.push(...this.#forget(key));
    if (this.#floor === undefined) written.push(...this.#raiseFloor(first));
    return written;
  }

  /** What is due, with a transaction that ends before `nextOffset`, and the floor, which may rise by it. */
  due(nextOffset: number): NewRecord[] {
    if (!this.#takesAny) return [];
    this.#recordsWithout = 0;
    const written: NewRecord[] = [];
    const keys = new Set(this.#task.keys?.());
    let bytes = 0;
    for (const key of this.#dueKeys()) {
      if (written.length >= keysMaxPerTransaction || bytes >= bytesMaxPerTransaction) break;
      const records = keys.has(key) ? [this.#snapshot(key, nextOffset, nextOffset)] : this.#forget(key);
      for (const record of records) bytes += record.value?.length ?? 0;
      written.push(...records);
    }
    written.push(...this.#raiseFloor(nextOffset));
    return written;
  }

  get #takesAny(): boolean {
    return this.#task.snapshot !== undefined && this.#task.keys !== undefined;
  }

  *#dueKeys(): Generator<string> {
    const now = this.#eventTimeMs ?? Number.NEGATIVE_INFINITY;
    for (const [key, { dueAtMs }] of this.#stored) if (dueAtMs <= now) yield key;
  }

  /** A record without a key may have given state to any key. */
  #newKeys(records: readonly LogRecord[]): string[] {
    if (this.#began.size === 0 && records.every(({ key }) => key !== null && this.#stored.has(key))) return [];
    return [...(this.#task.keys?.() ?? [])].filter((key) => !this.#stored.has(key));
  }

  #advance(records: readonly LogRecord[]): void {
    const before = this.#eventTimeMs;
    const newest = records.reduce((max, { timestamp }) => Math.max(max, timestamp), before ?? Number.MIN_SAFE_INTEGER);
    if (records.length === 0) return;
    if (before === undefined || Math.floor(newest / minuteMs) > Math.floor(before / minuteMs))
      this.#eventTimeMs = newest;
  }

  /** Keys are staggered over the period, each at its own moment. */
  #momentAfter(key: string, timeMs: number): number {
    const moment = (murmur2(encoder.encode(key)) >>> 0) % this.#everyMs;
    return moment + (Math.floor((timeMs - moment) / this.#everyMs) + 1) * this.#everyMs;
  }

  #snapshot(key: string, offset: number, beganDefault: number): NewRecord {
    this.#began.delete(key);
    const before = this.#stored.get(key);
    const slot: Slot = before?.slot === 'a' ? 'b' : 'a';
    const began = before?.began ?? beganDefault;
    const timestamp = this.#timestamp;
    const dueAtMs = this.#momentAfter(key, timestamp);
    this.#stored.set(key, { began, slot, newest: offset, older: before?.newest, dueAtMs });
    const state = this.#task.snapshot?.(key) ?? new Uint8Array(0);
    const partition = this.#partition;
    return snapshotRecord(this.#definition, { partition, key, slot, offset, state, began, timestamp });
  }

  /** A key without state any more: old snapshots of it would hold back where replays begin. */
  #forget(key: string): NewRecord[] {
    this.#began.delete(key);
    this.#stored.delete(key);
    return slots.map((slot) => tombstone(this.#definition, this.#partition, `${key}/${slot}`, this.#timestamp));
  }

  /** At most to `most`. It only ever rises: what once was given up to retention cannot be had back. */
  #raiseFloor(most: number): NewRecord[] {
    let floor = most;
    for (const { older, began } of this.#stored.values()) floor = Math.min(floor, older ?? began);
    if (this.#floor !== undefined && floor <= this.#floor) return [];
    this.#floor = floor;
    return [floorRecord(this.#definition, this.#partition, floor, this.#timestamp)];
  }

  get #timestamp(): number {
    return this.#eventTimeMs ?? 0;
  }
}
