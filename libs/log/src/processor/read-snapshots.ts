/** How a take-over reads back what earlier runs left in the snapshots topic. */
import { crc32 } from 'node:zlib';
import { ScreenerError } from '@screener/errors';
import {
  type AnyEvent,
  decodeEvent,
  type RecordSkipped,
  type SideOffsetsTaken,
  type SnapshotTaken,
  UndecodableEvent,
} from '@screener/events';
import type { Engine } from '../engine.ts';
import type { LogRecord, ProcessorDefinition } from '../port.ts';
import { forEachBatch } from './batches.ts';
import type { Attending } from './side-inputs.ts';
import { keyPrefix, type Slot, slots } from './snapshot-records.ts';

export interface RestoredKey {
  /** The state contains every input record below this offset. */
  readonly offset: number;
  readonly state: Uint8Array;
  /** Event time at which it was taken. */
  readonly takenAtMs: number;
  readonly slot: Slot;
  /** Offset of the other generation where it can be used too. */
  readonly older: number | undefined;
  /** No record below it has anything to do with the state. */
  readonly began: number;
  /** From a format of before: to be written anew soon. */
  readonly migrated: boolean;
}

/** A key whose state has to come from the input, because no snapshot of it can be used. */
export interface LostKey {
  readonly began: number;
  readonly reason: string;
}

export interface Restored {
  readonly keys: ReadonlyMap<string, RestoredKey>;
  readonly lost: ReadonlyMap<string, LostKey>;
  /** In order of input offset. */
  readonly marks: readonly SideOffsetsTaken[];
  readonly skips: readonly RecordSkipped[];
  /** Oldest input offset that snapshots as they were promised need; undefined: nothing was ever promised. */
  readonly floor: number | undefined;
}

export const nothingRestored: Restored = {
  keys: new Map(),
  lost: new Map(),
  marks: [],
  skips: [],
  floor: undefined,
};

/** Names of what every replay obeys begin so: recorded side offsets, and skips. */
const obeyed = ['side/', 'skip/'];

interface Stored {
  readonly event: AnyEvent | 'unreadable';
  readonly timestamp: number;
}

interface SoundSnapshot {
  readonly slot: Slot;
  readonly taken: SnapshotTaken;
  readonly timestamp: number;
}

export async function readSnapshots(
  engine: Engine,
  definition: ProcessorDefinition,
  place: { partition: number; committed: number },
  { stop, alive }: Attending,
): Promise<Restored> {
  const prefix = keyPrefix(definition.group, place.partition);
  const stored = new Map<string, Stored>();
  const reader = engine.reader({
    topic: definition.snapshots,
    partitions: [place.partition],
    from: 'beginning',
    until: 'end',
  });
  await forEachBatch(reader, stop, (batch) => {
    alive();
    for (const { key, value, timestamp } of batch as readonly LogRecord[]) {
      if (key === null || !key.startsWith(prefix)) continue;
      const name = key.slice(prefix.length);
      if (value === null) stored.delete(name);
      else stored.set(name, { event: decodeOr(value), timestamp });
    }
    return undefined;
  });
  return restoredFrom(stored, definition, place);
}

function restoredFrom(
  stored: ReadonlyMap<string, Stored>,
  definition: ProcessorDefinition,
  { partition, committed }: { partition: number; committed: number },
): Restored {
  const generations = new Map<string, Map<Slot, Stored>>();
  const marks: SideOffsetsTaken[] = [];
  const skips: RecordSkipped[] = [];
  let floor: number | undefined;
  for (const [name, { event, timestamp }] of stored) {
    const slot = slots.find((candidate) => name.endsWith(`/${candidate}`));
    if (slot !== undefined) {
      const key = name.slice(0, -2);
      generations.set(key, (generations.get(key) ?? new Map()).set(slot, { event, timestamp }));
    } else if (event === 'unreadable') {
      if (!obeyed.some((start) => name.startsWith(start))) continue;
      // What a replay has to obey cannot be guessed.
      const { group, snapshots } = definition;
      throw new ScreenerError('SNAPSHOT_UNUSABLE', {
        group,
        what: `record '${keyPrefix(group, partition)}${name}' of ${snapshots} is damaged, and a replay would not be exact`,
        hint: 'begin anew with another group, or with an empty snapshots topic and no committed offsets',
      });
    } else if (event.type === 'SideOffsetsTaken') {
      if (event.event.inputOffset < committed) marks.push(event.event);
    } else if (event.type === 'RecordSkipped') skips.push(event.event);
    else if (event.type === 'ReplayFloorRaised') floor = event.event.inputOffset;
  }
  const keys = new Map<string, RestoredKey>();
  const lost = new Map<string, LostKey>();
  for (const [key, bySlot] of generations) {
    const restored = newestUsable(key, bySlot, definition, committed);
    if ('state' in restored) keys.set(key, restored);
    else lost.set(key, restored);
  }
  return { keys, lost, marks: marks.sort((a, b) => a.inputOffset - b.inputOffset), skips, floor };
}

/**
 * The newest snapshot that can be used. One with a wrong checksum is never trusted, one of another version only after a
 * migration: then the one before it is used, and the input makes up for the difference.
 */
function newestUsable(
  key: string,
  bySlot: ReadonlyMap<Slot, Stored>,
  definition: ProcessorDefinition,
  committed: number,
): RestoredKey | LostKey {
  const reasons: string[] = [];
  const sound: SoundSnapshot[] = [];
  for (const [slot, { event, timestamp }] of bySlot) {
    const taken = event !== 'unreadable' && event.type === 'SnapshotTaken' ? event.event : undefined;
    const fault = taken === undefined ? 'is damaged' : faultOf(taken, key, committed);
    if (taken === undefined || fault !== undefined) reasons.push(`the snapshot of ${key} ${fault}`);
    else sound.push({ slot, taken, timestamp });
  }
  sound.sort((one, other) => other.taken.offset - one.taken.offset);
  for (const [index, { slot, taken, timestamp: takenAtMs }] of sound.entries()) {
    const { version, offset, began = -1 } = taken;
    const migrated = version !== definition.snapshotVersion;
    const state = migrated ? definition.migrateSnapshot?.(version, key, taken.state) : taken.state;
    if (state === undefined) {
      reasons.push(`the snapshot of ${key} has format ${version}, expected ${definition.snapshotVersion}`);
      continue;
    }
    const older = sound[index + 1]?.taken.offset;
    return { offset, state, takenAtMs, slot, older, began: Math.max(0, began), migrated };
  }
  return {
    began: Math.max(0, ...sound.map(({ taken }) => taken.began ?? -1)),
    reason: reasons.join(' and ') || `the snapshot of ${key} is gone`,
  };
}

function faultOf(taken: SnapshotTaken, key: string, committed: number): string | undefined {
  if (taken.key !== key) return `is of another key, ${taken.key}`;
  if (crc32(taken.state) !== taken.checksum) return 'has a wrong checksum';
  if (taken.offset > committed) return `is from beyond the committed offset ${committed}`;
  return undefined;
}

function decodeOr(value: Uint8Array): Stored['event'] {
  try {
    return decodeEvent(value);
  } catch (thrown) {
    if (thrown instanceof UndecodableEvent) return 'unreadable';
    throw thrown;
  }
}
