// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';
import { setEntry } from '../wire/map-entries.ts';

/** From this input offset on, the task uses its side inputs up to these offsets. Topics snapshots.<app>, key: group/partition/side/inputOffset, same partition as the task. */
export interface SideOffsetsTaken {
  /** Consumer group of the processor */
  readonly group: string;
  /** Partition of the primary input */
  readonly partition: number;
  /** First input record that sees these side offsets */
  readonly inputOffset: number;
  /** Minute that the record opened */
  readonly openTime: number;
  /** Side topic to the next unread offset of each of its partitions */
  readonly sides: Readonly<Record<string, readonly number[]>>;
}

export function writeSideOffsetsTaken(to: ByteWriter, event: SideOffsetsTaken): void {
  to.string(event.group);
  to.int(event.partition);
  to.long(event.inputOffset);
  to.long(event.openTime);
  writeSideOffsetsTakenSides(to, event.sides);
}

export function readSideOffsetsTaken(from: ByteReader): SideOffsetsTaken {
  return {
    group: from.string(),
    partition: from.int(),
    inputOffset: from.long(),
    openTime: from.long(),
    sides: readSideOffsetsTakenSides(from),
  };
}

function writeSideOffsetsTakenSides(to: ByteWriter, map: Readonly<Record<string, readonly number[]>>): void {
  const keys = Object.keys(map);
  to.count(keys.length);
  for (const key of keys) {
    to.string(key);
    const item = map[key] as readonly number[];
    writeSideOffsetsTakenSidesItem(to, item);
  }
  if (keys.length > 0) to.end();
}

function readSideOffsetsTakenSides(from: ByteReader): Readonly<Record<string, readonly number[]>> {
  const map: Record<string, readonly number[]> = {};
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) setEntry(map, from.string(), readSideOffsetsTakenSidesItem(from));
  }
  return map;
}

function writeSideOffsetsTakenSidesItem(to: ByteWriter, items: readonly number[]): void {
  to.count(items.length);
  for (const item of items) to.long(item);
  if (items.length > 0) to.end();
}

function readSideOffsetsTakenSidesItem(from: ByteReader): readonly number[] {
  const items: number[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(from.long());
  }
  return items;
}

/** The Avro schema of SideOffsetsTaken, standing alone. */
export const sideOffsetsTakenText =
  "{\"type\":\"record\",\"name\":\"SideOffsetsTaken\",\"namespace\":\"screener\",\"doc\":\"From this input offset on, the task uses its side inputs up to these offsets. Topics snapshots.<app>, key: group/partition/side/inputOffset, same partition as the task.\",\"fields\":[{\"name\":\"group\",\"type\":\"string\",\"doc\":\"Consumer group of the processor\"},{\"name\":\"partition\",\"type\":\"int\",\"doc\":\"Partition of the primary input\"},{\"name\":\"inputOffset\",\"type\":\"long\",\"doc\":\"First input record that sees these side offsets\"},{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Minute that the record opened\"},{\"name\":\"sides\",\"type\":{\"type\":\"map\",\"values\":{\"type\":\"array\",\"items\":\"long\"}},\"doc\":\"Side topic to the next unread offset of each of its partitions\"}]}";

