// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';

/** What one partition of klines.closed adds to the market-wide numbers of a minute, written with its marker. Topic market.parts, key: the partition, timestamp: openTime + 59 999 ms. */
export interface PartitionMeasured {
  /** First millisecond of the minute, UTC */
  readonly openTime: number;
  /** Partition of klines.closed */
  readonly partition: number;
  /** Instruments whose candle had not come when the minute was closed, from the marker */
  readonly missing: readonly string[];
  /** Those with a candle of this minute, by name */
  readonly instruments: readonly InstrumentMeasured[];
}

/** What market-wide numbers need of one instrument */
export interface InstrumentMeasured {
  /** exchange:market:symbol */
  readonly instrument: string;
  /** Close of the minute */
  readonly price: number;
  /** Change over the last five minutes in percent; null while the window is not full */
  readonly change_5m?: null | number | undefined;
  /** The same over a quarter of an hour */
  readonly change_15m?: null | number | undefined;
  /** Change over the last hour in percent; null while the window is not full */
  readonly change_1h?: null | number | undefined;
  /** The same over four hours */
  readonly change_4h?: null | number | undefined;
  /** Change over the last day in percent; null while the window is not full */
  readonly change_1d?: null | number | undefined;
  /** Quote volume of the last hour; null while the window is not full */
  readonly volume_1h?: null | number | undefined;
  /** Quote volume of the last day; null while the window is not full */
  readonly volume_1d?: null | number | undefined;
  /** Volume-weighted average price of the last hour; null without a full window or volume */
  readonly vwap_1h?: null | number | undefined;
}

export function writePartitionMeasured(to: ByteWriter, event: PartitionMeasured): void {
  to.long(event.openTime);
  to.int(event.partition);
  writePartitionMeasuredMissing(to, event.missing);
  writePartitionMeasuredInstruments(to, event.instruments);
}

export function readPartitionMeasured(from: ByteReader): PartitionMeasured {
  return {
    openTime: from.long(),
    partition: from.int(),
    missing: readPartitionMeasuredMissing(from),
    instruments: readPartitionMeasuredInstruments(from),
  };
}

function writePartitionMeasuredMissing(to: ByteWriter, items: readonly string[]): void {
  to.count(items.length);
  for (const item of items) to.string(item);
  if (items.length > 0) to.end();
}

function readPartitionMeasuredMissing(from: ByteReader): readonly string[] {
  const items: string[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(from.string());
  }
  return items;
}

function writePartitionMeasuredInstruments(to: ByteWriter, items: readonly InstrumentMeasured[]): void {
  to.count(items.length);
  for (const item of items) writeInstrumentMeasured(to, item);
  if (items.length > 0) to.end();
}

function readPartitionMeasuredInstruments(from: ByteReader): readonly InstrumentMeasured[] {
  const items: InstrumentMeasured[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(readInstrumentMeasured(from));
  }
  return items;
}

export function writeInstrumentMeasured(to: ByteWriter, event: InstrumentMeasured): void {
  to.string(event.instrument);
  to.double(event.price);
  to.optionalDouble(event.change_5m === undefined ? null : event.change_5m);
  to.optionalDouble(event.change_15m === undefined ? null : event.change_15m);
  to.optionalDouble(event.change_1h === undefined ? null : event.change_1h);
  to.optionalDouble(event.change_4h === undefined ? null : event.change_4h);
  to.optionalDouble(event.change_1d === undefined ? null : event.change_1d);
  to.optionalDouble(event.volume_1h === undefined ? null : event.volume_1h);
  to.optionalDouble(event.volume_1d === undefined ? null : event.volume_1d);
  to.optionalDouble(event.vwap_1h === undefined ? null : event.vwap_1h);
}

export function readInstrumentMeasured(from: ByteReader): InstrumentMeasured {
  return {
    instrument: from.string(),
    price: from.double(),
    change_5m: from.optionalDouble(),
    change_15m: from.optionalDouble(),
    change_1h: from.optionalDouble(),
    change_4h: from.optionalDouble(),
    change_1d: from.optionalDouble(),
    volume_1h: from.optionalDouble(),
    volume_1d: from.optionalDouble(),
    vwap_1h: from.optionalDouble(),
  };
}

/** The Avro schema of PartitionMeasured, standing alone. */
export const partitionMeasuredText =
  "{\"type\":\"record\",\"name\":\"PartitionMeasured\",\"namespace\":\"screener\",\"doc\":\"What one partition of klines.closed adds to the market-wide numbers of a minute, written with its marker. Topic market.parts, key: the partition, timestamp: openTime + 59 999 ms.\",\"fields\":[{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"First millisecond of the minute, UTC\"},{\"name\":\"partition\",\"type\":\"int\",\"doc\":\"Partition of klines.closed\"},{\"name\":\"missing\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"doc\":\"Instruments whose candle had not come when the minute was closed, from the marker\"},{\"name\":\"instruments\",\"doc\":\"Those with a candle of this minute, by name\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"InstrumentMeasured\",\"doc\":\"What market-wide numbers need of one instrument\",\"fields\":[{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol\"},{\"name\":\"price\",\"type\":\"double\",\"doc\":\"Close of the minute\"},{\"name\":\"change_5m\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Change over the last five minutes in percent; null while the window is not full\"},{\"name\":\"change_15m\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"The same over a quarter of an hour\"},{\"name\":\"change_1h\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Change over the last hour in percent; null while the window is not full\"},{\"name\":\"change_4h\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"The same over four hours\"},{\"name\":\"change_1d\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Change over the last day in percent; null while the window is not full\"},{\"name\":\"volume_1h\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Quote volume of the last hour; null while the window is not full\"},{\"name\":\"volume_1d\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Quote volume of the last day; null while the window is not full\"},{\"name\":\"vwap_1h\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Volume-weighted average price of the last hour; null without a full window or volume\"}]}}}]}";

