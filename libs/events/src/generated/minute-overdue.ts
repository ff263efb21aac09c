// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';

/** Partitions that have not delivered their part of this minute, or of an earlier one, are not waited for any longer. Topic market.parts, key: overdue, timestamp: openTime + 59 999 ms. */
export interface MinuteOverdue {
  /** First millisecond of the minute, UTC */
  readonly openTime: number;
}

export function writeMinuteOverdue(to: ByteWriter, event: MinuteOverdue): void {
  to.long(event.openTime);
}

export function readMinuteOverdue(from: ByteReader): MinuteOverdue {
  return {
    openTime: from.long(),
  };
}

/** The Avro schema of MinuteOverdue, standing alone. */
export const minuteOverdueText =
  "{\"type\":\"record\",\"name\":\"MinuteOverdue\",\"namespace\":\"screener\",\"doc\":\"Partitions that have not delivered their part of this minute, or of an earlier one, are not waited for any longer. Topic market.parts, key: overdue, timestamp: openTime + 59 999 ms.\",\"fields\":[{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"First millisecond of the minute, UTC\"}]}";

