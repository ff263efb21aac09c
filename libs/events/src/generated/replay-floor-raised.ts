// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';

/** A take-over of this task needs the input from this offset on, and nothing older. Topics snapshots.<app>, key: group/partition/floor, same partition as the task. */
export interface ReplayFloorRaised {
  /** Consumer group of the processor */
  readonly group: string;
  /** Partition of the primary input */
  readonly partition: number;
  /** Two snapshots of each key, or the beginning of the key, are from here on */
  readonly inputOffset: number;
}

export function writeReplayFloorRaised(to: ByteWriter, event: ReplayFloorRaised): void {
  to.string(event.group);
  to.int(event.partition);
  to.long(event.inputOffset);
}

export function readReplayFloorRaised(from: ByteReader): ReplayFloorRaised {
  return {
    group: from.string(),
    partition: from.int(),
    inputOffset: from.long(),
  };
}

/** The Avro schema of ReplayFloorRaised, standing alone. */
export const replayFloorRaisedText =
  "{\"type\":\"record\",\"name\":\"ReplayFloorRaised\",\"namespace\":\"screener\",\"doc\":\"A take-over of this task needs the input from this offset on, and nothing older. Topics snapshots.<app>, key: group/partition/floor, same partition as the task.\",\"fields\":[{\"name\":\"group\",\"type\":\"string\",\"doc\":\"Consumer group of the processor\"},{\"name\":\"partition\",\"type\":\"int\",\"doc\":\"Partition of the primary input\"},{\"name\":\"inputOffset\",\"type\":\"long\",\"doc\":\"Two snapshots of each key, or the beginning of the key, are from here on\"}]}";

