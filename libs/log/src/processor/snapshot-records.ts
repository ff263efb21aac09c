/** Snapshots and recorded side offsets as events, and how a take-over reads them back. */
import { crc32 } from 'node:zlib';
import {
  decodeEvent,
  encodeEvent,
  type SideOffsetsTaken,
  type SnapshotTaken,
  UndecodableEvent,
} from '@screener/events';
import type { Engine } from '../engine.ts';
import type { LogRecord, NewRecord, ProcessorDefinition } from '../port.ts';
import { forEachBatch } from './batches.ts';

export interface RestoredKey {
  /** The state contains every input record below this offset. */
  readonly offset: number;
  readonly state: Uint8Array;
}

export interface Restored {
  readonly keys: ReadonlyMap<string, RestoredKey>;
  /** In order of input offset. */
  readonly marks: readonly SideOffsetsTaken[];
  /** Where a replay has to begin; undefined: at the beginning, because some key has no snapshot that can be used. */
  readonly replayFrom: number | undefined;
}

export function snapshotRecord(
  definition: ProcessorDefinition,
  taken: { partition: number; key: string; offset: number; state: Uint8Array; timestamp: number },
): NewRecord {
  const { partition, key, offset, state, timestamp } = taken;
  const { group, snapshotVersion: version } = definition;
  // The codec takes a Buffer only; this is a view, not a copy.
  const buffer = Buffer.from(state.buffer, state.byteOffset, state.byteLength);
  const event: SnapshotTaken = { group, partition, key, version, offset, checksum: crc32(state), state: buffer };
  return {
    topic: definition.snapshots,
    key: `${group}/${partition}/${key}`,
    value: encodeEvent('SnapshotTaken', event),
    timestamp,
    partition,
  };
}

export function snapshotTombstone(
  { group, snapshots }: ProcessorDefinition,
  partition: number,
  key: string,
  timestamp: number,
): NewRecord {
  return { topic: snapshots, key: `${group}/${partition}/${key}`, value: null, timestamp, partition };
}

export function sideOffsetsRecord(definition: ProcessorDefinition, mark: SideOffsetsTaken): NewRecord {
  return {
    topic: definition.snapshots,
    key: `${mark.group}/${mark.partition}/side/${mark.inputOffset}`,
    value: encodeEvent('SideOffsetsTaken', mark),
    timestamp: mark.openTime,
    partition: mark.partition,
  };
}

/**
 * The newest valid snapshot of each key. One with a wrong checksum, an unknown version or from beyond the committed
 * offset is ignored: the one before it and the input are used; where there is none before, the whole input is.
 */
export async function readSnapshots(
  engine: Engine,
  definition: ProcessorDefinition,
  place: { partition: number; committed: number },
  stop: AbortSignal,
): Promise<Restored> {
  const keys = new Map<string, RestoredKey>();
  const seen = new Set<string>();
  const marks = new Map<number, SideOffsetsTaken>();
  const prefix = `${definition.group}/${place.partition}/`;
  const read = (record: LogRecord): void => {
    if (record.key === null || !record.key.startsWith(prefix)) return;
    if (record.value === null) {
      keys.delete(record.key);
      seen.delete(record.key);
      return;
    }
    const decoded = decodeOrNothing(record.value);
    if (decoded?.type === 'SideOffsetsTaken') {
      if (decoded.event.inputOffset < place.committed) marks.set(decoded.event.inputOffset, decoded.event);
      return;
    }
    seen.add(record.key);
    if (decoded?.type !== 'SnapshotTaken') return;
    const { key, offset, state, version, checksum } = decoded.event;
    if (`${prefix}${key}` !== record.key || version !== definition.snapshotVersion) return;
    if (offset > place.committed || crc32(state) !== checksum) return;
    keys.set(record.key, { offset, state });
  };
  const reader = engine.reader({
    topic: definition.snapshots,
    partitions: [place.partition],
    from: 'beginning',
    until: 'end',
  });
  await forEachBatch(reader, stop, (batch) => {
    for (const record of batch) read(record);
    return undefined;
  });
  const complete = keys.size > 0 && [...seen].every((key) => keys.has(key));
  return {
    keys: new Map([...keys].map(([key, restored]) => [key.slice(prefix.length), restored])),
    marks: [...marks.values()].sort((a, b) => a.inputOffset - b.inputOffset),
    replayFrom: complete ? Math.min(...[...keys.values()].map(({ offset }) => offset)) : undefined,
  };
}

function decodeOrNothing(value: Uint8Array): ReturnType<typeof decodeEvent> | undefined {
  try {
    return decodeEvent(value);
  } catch (thrown) {
    if (thrown instanceof UndecodableEvent) return undefined;
    throw thrown;
  }
}
