// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';
import { setEntry } from '../wire/map-entries.ts';

/** A record that could not be processed, as it was, with its place and the reason. Topic dead-letters, key: that of the record. */
export interface DeadLetter {
  /** Consumer group that could not process it */
  readonly group: string;
  /** Topic of the record */
  readonly topic: string;
  /** Its partition there */
  readonly partition: number;
  /** Its offset there */
  readonly offset: number;
  /** Its own time */
  readonly timestamp: number;
  /** Its key */
  readonly key: null | string;
  /** Its bytes */
  readonly value: null | Uint8Array;
  /** Its headers */
  readonly headers: Readonly<Record<string, string>>;
  /** What went wrong, in one line */
  readonly reason: string;
  /** Where in the program, causes included; the beginning of it where it is long */
  readonly stack: string;
}

export function writeDeadLetter(to: ByteWriter, event: DeadLetter): void {
  to.string(event.group);
  to.string(event.topic);
  to.int(event.partition);
  to.long(event.offset);
  to.long(event.timestamp);
  writeDeadLetterKey(to, event.key);
  writeDeadLetterValue(to, event.value);
  writeDeadLetterHeaders(to, event.headers);
  to.string(event.reason);
  to.string(event.stack);
}

export function readDeadLetter(from: ByteReader): DeadLetter {
  return {
    group: from.string(),
    topic: from.string(),
    partition: from.int(),
    offset: from.long(),
    timestamp: from.long(),
    key: readDeadLetterKey(from),
    value: readDeadLetterValue(from),
    headers: readDeadLetterHeaders(from),
    reason: from.string(),
    stack: from.string(),
  };
}

function writeDeadLetterKey(to: ByteWriter, value: null | string): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.string(value);
}

function readDeadLetterKey(from: ByteReader): null | string {
  return from.index(2) === 0 ? null : from.string();
}

function writeDeadLetterValue(to: ByteWriter, value: null | Uint8Array): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.blob(value);
}

function readDeadLetterValue(from: ByteReader): null | Uint8Array {
  return from.index(2) === 0 ? null : from.blob();
}

function writeDeadLetterHeaders(to: ByteWriter, map: Readonly<Record<string, string>>): void {
  const keys = Object.keys(map);
  to.count(keys.length);
  for (const key of keys) {
    to.string(key);
    const item = map[key] as string;
    to.string(item);
  }
  if (keys.length > 0) to.end();
}

function readDeadLetterHeaders(from: ByteReader): Readonly<Record<string, string>> {
  const map: Record<string, string> = {};
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) setEntry(map, from.string(), from.string());
  }
  return map;
}

/** The Avro schema of DeadLetter, standing alone. */
export const deadLetterText =
  "{\"type\":\"record\",\"name\":\"DeadLetter\",\"namespace\":\"screener\",\"doc\":\"A record that could not be processed, as it was, with its place and the reason. Topic dead-letters, key: that of the record.\",\"fields\":[{\"name\":\"group\",\"type\":\"string\",\"doc\":\"Consumer group that could not process it\"},{\"name\":\"topic\",\"type\":\"string\",\"doc\":\"Topic of the record\"},{\"name\":\"partition\",\"type\":\"int\",\"doc\":\"Its partition there\"},{\"name\":\"offset\",\"type\":\"long\",\"doc\":\"Its offset there\"},{\"name\":\"timestamp\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Its own time\"},{\"name\":\"key\",\"type\":[\"null\",\"string\"],\"doc\":\"Its key\"},{\"name\":\"value\",\"type\":[\"null\",\"bytes\"],\"doc\":\"Its bytes\"},{\"name\":\"headers\",\"type\":{\"type\":\"map\",\"values\":\"string\"},\"doc\":\"Its headers\"},{\"name\":\"reason\",\"type\":\"string\",\"doc\":\"What went wrong, in one line\"},{\"name\":\"stack\",\"type\":\"string\",\"doc\":\"Where in the program, causes included; the beginning of it where it is long\"}]}";

