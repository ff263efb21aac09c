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
const keysMaxPerTransaction = 64;
const bytesMaxPerTransaction = 4_194_304;
/** A task that is behind writes no due snapshots until it replayed so many records: they would only slow it down. */
const recordsMaxWithoutSnapshots = 20_000;

const encoder = new TextEncoder();

/** What the topic holds of one key. */
interface StoredKey {
  began: number;
  slot: Slot;
  newest: number;
  /** The generation before; undefined: there is none that can be used. */
  older: number | undefined;
}

export class SnapshotSchedule {
  readonly #definition: ProcessorDefinition;
  readonly #partition: number;
  readonly #task: Task;
  readonly #everyMs: number;
  readonly #stored = new Map<string, StoredKey>();
  /** Where keys began whose snapshots are no use, for their next one. */
  readonly #began = new Map<string, number>();
  readonly #due = new Set<string>();
  #floor: number | undefined;
  #eventTimeMs: number | undefined;
  #recordsWithout = 0;

  constructor(definition: ProcessorDefinition, partition: number, task: Task, { keys, lost, floor }: Restored) {
    this.#definition = definition;
    this.#partition = partition;
    this.#task = task;
    this.#everyMs = definition.snapshotEveryMs ?? snapshotEveryMsDefault;
    this.#floor = floor;
    for (const [key, { began, slot, offset, older, migrated }] of keys) {
      this.#stored.set(key, { began, slot, newest: offset, older });
      if (migrated) this.#due.add(key);
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

  /** What to write with the transaction that ends before `nextOffset`. `behind`: more records are waiting. */
  take(records: readonly LogRecord[], nextOffset: number, behind: boolean): NewRecord[] {
    if (this.#task.snapshot === undefined || this.#task.keys === undefined) return [];
    const first = records[0]?.offset ?? nextOffset;
    const newMinute = this.#advance(records);
    const written = this.#newKeys(records).map((key) => this.#snapshot(key, nextOffset, this.#began.get(key) ?? first));
    // Rebuilt, and yet without state: what is stored of it is of no use to anybody.
    for (const key of this.#began.keys()) written.push(...this.#forget(key));
    this.#recordsWithout += records.length;
    if (!behind || this.#recordsWithout >= recordsMaxWithoutSnapshots) {
      this.#recordsWithout = 0;
      written.push(...this.#takeDue(nextOffset));
    }
    if (newMinute || this.#floor === undefined) written.push(...this.#raiseFloor(first, nextOffset));
    return written;
  }

  #takeDue(nextOffset: number): NewRecord[] {
    const written: NewRecord[] = [];
    if (this.#due.size === 0) return written;
    const keys = new Set(this.#task.keys?.());
    let bytes = 0;
    for (const key of this.#due) {
      if (written.length >= keysMaxPerTransaction || bytes >= bytesMaxPerTransaction) break;
      const records = keys.has(key) ? [this.#snapshot(key, nextOffset, nextOffset)] : this.#forget(key);
      for (const record of records) bytes += record.value?.length ?? 0;
      written.push(...records);
    }
    return written;
  }

  /** A record without a key may have given state to any key. */
  #newKeys(records: readonly LogRecord[]): string[] {
    if (this.#began.size === 0 && records.every(({ key }) => key !== null && this.#stored.has(key))) return [];
    return [...(this.#task.keys?.() ?? [])].filter((key) => !this.#stored.has(key));
  }

  /** Event time moves on with each minute; keys whose moment it passed become due. True when a minute began. */
  #advance(records: readonly LogRecord[]): boolean {
    const before = this.#eventTimeMs;
    const newest = records.reduce((max, { timestamp }) => Math.max(max, timestamp), before ?? Number.MIN_SAFE_INTEGER);
    if (before === undefined) this.#eventTimeMs = newest;
    if (before === undefined || Math.floor(newest / minuteMs) === Math.floor(before / minuteMs)) return false;
    this.#eventTimeMs = newest;
    for (const key of this.#stored.keys()) {
      const moment = (murmur2(encoder.encode(key)) >>> 0) % this.#everyMs;
      const period = (timeMs: number): number => Math.floor((timeMs - moment) / this.#everyMs);
      if (period(newest) > period(before)) this.#due.add(key);
    }
    return true;
  }

  #snapshot(key: string, offset: number, began: number): NewRecord {
    this.#due.delete(key);
    this.#began.delete(key);
    const before = this.#stored.get(key);
    const slot: Slot = before?.slot === 'a' ? 'b' : 'a';
    const stored: StoredKey = { began: before?.began ?? began, slot, newest: offset, older: before?.newest };
    this.#stored.set(key, stored);
    const state = this.#task.snapshot?.(key) ?? new Uint8Array(0);
    const timestamp = this.#timestamp;
    return snapshotRecord(this.#definition, {
      partition: this.#partition,
      key,
      slot,
      offset,
      state,
      began: stored.began,
      timestamp,
    });
  }

  /** A key without state any more: old snapshots of it would hold back where replays begin. */
  #forget(key: string): NewRecord[] {
    this.#due.delete(key);
    this.#began.delete(key);
    this.#stored.delete(key);
    return slots.map((slot) => tombstone(this.#definition, this.#partition, `${key}/${slot}`, this.#timestamp));
  }

  /** It only ever rises: what once was given up to retention cannot be had back. */
  #raiseFloor(first: number, nextOffset: number): NewRecord[] {
    let floor = this.#floor === undefined ? first : nextOffset;
    for (const { older, began } of this.#stored.values()) floor = Math.min(floor, older ?? began);
    if (this.#floor !== undefined && floor <= this.#floor) return [];
    this.#floor = floor;
    return [floorRecord(this.#definition, this.#partition, floor, this.#timestamp)];
  }

  get #timestamp(): number {
    return this.#eventTimeMs ?? 0;
  }
}
