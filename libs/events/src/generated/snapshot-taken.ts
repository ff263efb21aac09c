// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';

/** State of one key of one task, to start a replay from. Topics snapshots.<app> (compacted), key: group/partition/key/a or b in turns, so that compaction keeps the newest and the one before; same partition as the task. */
export interface SnapshotTaken {
  /** Consumer group of the processor */
  readonly group: string;
  /** Partition of the primary input */
  readonly partition: number;
  /** Key of the state, for example an instrument */
  readonly key: string;
  /** Version of the state's own format */
  readonly version: number;
  /** The state contains every input record below this offset */
  readonly offset: number;
  /** CRC-32 of state */
  readonly checksum: number;
  /** As the task wrote it */
  readonly state: Uint8Array;
  /** No input record below this offset has anything to do with the state; -1: not known */
  readonly began?: number | undefined;
}

export function writeSnapshotTaken(to: ByteWriter, event: SnapshotTaken): void {
  to.string(event.group);
  to.int(event.partition);
  to.string(event.key);
  to.int(event.version);
  to.long(event.offset);
  to.long(event.checksum);
  to.blob(event.state);
  to.long(event.began === undefined ? -1 : event.began);
}

export function readSnapshotTaken(from: ByteReader): SnapshotTaken {
  return {
    group: from.string(),
    partition: from.int(),
    key: from.string(),
    version: from.int(),
    offset: from.long(),
    checksum: from.long(),
    state: from.blob(),
    began: from.long(),
  };
}

/** The Avro schema of SnapshotTaken, standing alone. */
export const snapshotTakenText =
  "{\"type\":\"record\",\"name\":\"SnapshotTaken\",\"namespace\":\"screener\",\"doc\":\"State of one key of one task, to start a replay from. Topics snapshots.<app> (compacted), key: group/partition/key/a or b in turns, so that compaction keeps the newest and the one before; same partition as the task.\",\"fields\":[{\"name\":\"group\",\"type\":\"string\",\"doc\":\"Consumer group of the processor\"},{\"name\":\"partition\",\"type\":\"int\",\"doc\":\"Partition of the primary input\"},{\"name\":\"key\",\"type\":\"string\",\"doc\":\"Key of the state, for example an instrument\"},{\"name\":\"version\",\"type\":\"int\",\"doc\":\"Version of the state's own format\"},{\"name\":\"offset\",\"type\":\"long\",\"doc\":\"The state contains every input record below this offset\"},{\"name\":\"checksum\",\"type\":\"long\",\"doc\":\"CRC-32 of state\"},{\"name\":\"state\",\"type\":\"bytes\",\"doc\":\"As the task wrote it\"},{\"name\":\"began\",\"type\":\"long\",\"default\":-1,\"doc\":\"No input record below this offset has anything to do with the state; -1: not known\"}]}";

