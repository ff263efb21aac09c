// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';

/** A minute whose candle cannot be had. Windows that contain it are absent. Topic klines.closed, key: instrument, timestamp: openTime + 59 999 ms. */
export interface KlineGap {
  /** exchange:market:symbol */
  readonly instrument: string;
  /** First millisecond of the missing minute, UTC */
  readonly openTime: number;
  /** Why it cannot be had, for people */
  readonly reason: string;
}

export function writeKlineGap(to: ByteWriter, event: KlineGap): void {
  to.string(event.instrument);
  to.long(event.openTime);
  to.string(event.reason);
}

export function readKlineGap(from: ByteReader): KlineGap {
  return {
    instrument: from.string(),
    openTime: from.long(),
    reason: from.string(),
  };
}

/** The Avro schema of KlineGap, standing alone. */
export const klineGapText =
  "{\"type\":\"record\",\"name\":\"KlineGap\",\"namespace\":\"screener\",\"doc\":\"A minute whose candle cannot be had. Windows that contain it are absent. Topic klines.closed, key: instrument, timestamp: openTime + 59 999 ms.\",\"fields\":[{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol\"},{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"First millisecond of the missing minute, UTC\"},{\"name\":\"reason\",\"type\":\"string\",\"doc\":\"Why it cannot be had, for people\"}]}";

