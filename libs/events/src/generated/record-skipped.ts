// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';

/** A task could not take this record and goes on without it, in every replay too. Topics snapshots.<app>, key: group/partition/skip/topic/recordPartition/recordOffset, same partition as the task. */
export interface RecordSkipped {
  /** Consumer group of the processor */
  readonly group: string;
  /** Partition of the primary input, which is the task */
  readonly partition: number;
  /** The primary input, or a side input */
  readonly topic: string;
  /** Partition of the skipped record in its topic */
  readonly recordPartition: number;
  /** Its offset there */
  readonly recordOffset: number;
  /** What the task said, in one line */
  readonly reason: string;
  /** So many records in a row were skipped, with this one */
  readonly inRow: number;
  /** Input offset that was committed with it */
  readonly nextOffset: number;
}

export function writeRecordSkipped(to: ByteWriter, event: RecordSkipped): void {
  to.string(event.group);
  to.int(event.partition);
  to.string(event.topic);
  to.int(event.recordPartition);
  to.long(event.recordOffset);
  to.string(event.reason);
  to.int(event.inRow);
  to.long(event.nextOffset);
}

export function readRecordSkipped(from: ByteReader): RecordSkipped {
  return {
    group: from.string(),
    partition: from.int(),
    topic: from.string(),
    recordPartition: from.int(),
    recordOffset: from.long(),
    reason: from.string(),
    inRow: from.int(),
    nextOffset: from.long(),
  };
}

/** The Avro schema of RecordSkipped, standing alone. */
export const recordSkippedText =
  "{\"type\":\"record\",\"name\":\"RecordSkipped\",\"namespace\":\"screener\",\"doc\":\"A task could not take this record and goes on without it, in every replay too. Topics snapshots.<app>, key: group/partition/skip/topic/recordPartition/recordOffset, same partition as the task.\",\"fields\":[{\"name\":\"group\",\"type\":\"string\",\"doc\":\"Consumer group of the processor\"},{\"name\":\"partition\",\"type\":\"int\",\"doc\":\"Partition of the primary input, which is the task\"},{\"name\":\"topic\",\"type\":\"string\",\"doc\":\"The primary input, or a side input\"},{\"name\":\"recordPartition\",\"type\":\"int\",\"doc\":\"Partition of the skipped record in its topic\"},{\"name\":\"recordOffset\",\"type\":\"long\",\"doc\":\"Its offset there\"},{\"name\":\"reason\",\"type\":\"string\",\"doc\":\"What the task said, in one line\"},{\"name\":\"inRow\",\"type\":\"int\",\"doc\":\"So many records in a row were skipped, with this one\"},{\"name\":\"nextOffset\",\"type\":\"long\",\"doc\":\"Input offset that was committed with it\"}]}";

