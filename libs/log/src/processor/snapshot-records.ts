/** What a processor writes into its snapshots topic, as events: state, side offsets, skipped records, the replay floor. */
import { crc32 } from 'node:zlib';
import { encodeEvent, type RecordSkipped, type SideOffsetsTaken, type SnapshotTaken } from '@screener/events';
import type { NewRecord, ProcessorDefinition } from '../port.ts';

/** Two generations of each key, written in turns: compaction keeps the newest snapshot and the one before it. */
export type Slot = 'a' | 'b';

export const slots: readonly Slot[] = ['a', 'b'];

export interface SnapshotToWrite {
  readonly partition: number;
  readonly key: string;
  readonly slot: Slot;
  readonly offset: number;
  readonly state: Uint8Array;
  readonly began: number;
  readonly timestamp: number;
}

export const keyPrefix = (group: string, partition: number): string => `${group}/${partition}/`;

export function snapshotRecord(definition: ProcessorDefinition, taken: SnapshotToWrite): NewRecord {
  const { partition, key, slot, offset, state, began, timestamp } = taken;
  const { group, snapshotVersion: version } = definition;
  const event: SnapshotTaken = { group, partition, key, version, offset, checksum: crc32(state), state, began };
  return {
    topic: definition.snapshots,
    key: `${keyPrefix(group, partition)}${key}/${slot}`,
    value: encodeEvent('SnapshotTaken', event),
    timestamp,
    partition,
  };
}

export function sideOffsetsRecord({ snapshots }: ProcessorDefinition, mark: SideOffsetsTaken): NewRecord {
  return {
    topic: snapshots,
    key: `${keyPrefix(mark.group, mark.partition)}${markKey(mark.inputOffset)}`,
    value: encodeEvent('SideOffsetsTaken', mark),
    timestamp: mark.openTime,
    partition: mark.partition,
  };
}

export function skipRecord({ snapshots }: ProcessorDefinition, skipped: RecordSkipped, timestamp: number): NewRecord {
  return {
    topic: snapshots,
    key: `${keyPrefix(skipped.group, skipped.partition)}${skipKey(skipped)}`,
    value: encodeEvent('RecordSkipped', skipped),
    timestamp,
    partition: skipped.partition,
  };
}

export function floorRecord(
  { group, snapshots }: ProcessorDefinition,
  partition: number,
  inputOffset: number,
  timestamp: number,
): NewRecord {
  const value = encodeEvent('ReplayFloorRaised', { group, partition, inputOffset });
  return { topic: snapshots, key: `${keyPrefix(group, partition)}floor`, value, timestamp, partition };
}

/** `name` is the key without its prefix. */
export function tombstone(
  { group, snapshots }: ProcessorDefinition,
  partition: number,
  name: string,
  timestamp: number,
): NewRecord {
  return { topic: snapshots, key: `${keyPrefix(group, partition)}${name}`, value: null, timestamp, partition };
}

export const markKey = (inputOffset: number): string => `side/${inputOffset}`;

export const skipKey = (skipped: Pick<RecordSkipped, 'topic' | 'recordPartition' | 'recordOffset'>): string =>
  `skip/${skipped.topic}/${skipped.recordPartition}/${skipped.recordOffset}`;
