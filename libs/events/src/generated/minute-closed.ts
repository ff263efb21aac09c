// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';

/** Marker: all candles of this minute that will come in time are in this partition. Topics klines.closed and metrics.closed, no key, written to every partition, timestamp: openTime + 59 999 ms. */
export interface MinuteClosed {
  /** First millisecond of the minute, UTC */
  readonly openTime: number;
  /** Instruments of this partition whose candle had not come when the wait ended */
  readonly missing: readonly string[];
}

export function writeMinuteClosed(to: ByteWriter, event: MinuteClosed): void {
  to.long(event.openTime);
  writeMinuteClosedMissing(to, event.missing);
}

export function readMinuteClosed(from: ByteReader): MinuteClosed {
  return {
    openTime: from.long(),
    missing: readMinuteClosedMissing(from),
  };
}

function writeMinuteClosedMissing(to: ByteWriter, items: readonly string[]): void {
  to.count(items.length);
  for (const item of items) to.string(item);
  if (items.length > 0) to.end();
}

function readMinuteClosedMissing(from: ByteReader): readonly string[] {
  const items: string[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(from.string());
  }
  return items;
}

/** The Avro schema of MinuteClosed, standing alone. */
export const minuteClosedText =
  "{\"type\":\"record\",\"name\":\"MinuteClosed\",\"namespace\":\"screener\",\"doc\":\"Marker: all candles of this minute that will come in time are in this partition. Topics klines.closed and metrics.closed, no key, written to every partition, timestamp: openTime + 59 999 ms.\",\"fields\":[{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"First millisecond of the minute, UTC\"},{\"name\":\"missing\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"doc\":\"Instruments of this partition whose candle had not come when the wait ended\"}]}";

