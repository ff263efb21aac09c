// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';
import { readAlertTerm, type AlertTerm, writeAlertTerm } from './alert-triggered.ts';

/** The numbers of an alert are others than it said: the exchange corrected a candle, or the minute of a provisional alert closed. It still stands. Topic alerts, key: instrument, timestamp: amendedAt - 1 ms. */
export interface AlertAmended {
  /** Id of the alert */
  readonly id: string;
  /** exchange:market:symbol */
  readonly instrument: string;
  /** Id of the rule */
  readonly rule: string;
  /** Version that fired */
  readonly ruleVersion: number;
  /** Open time of the minute that made it fire */
  readonly openTime: number;
  /** Event time at which the other numbers were known */
  readonly amendedAt: number;
  /** Why, for people */
  readonly reason: string;
  /** True where the minute is still not over */
  readonly provisional?: boolean | undefined;
  /** What is different: numbers of the alert by name (price, volume, changePct, volumeIncrease, candleSizePct, momentumScore) or of its metrics by flat name */
  readonly changes: readonly AlertChange[];
  /** The terms of the condition as they are now */
  readonly terms?: readonly AlertTerm[] | undefined;
}

/** A number of an alert that changed */
export interface AlertChange {
  /** Name of the number */
  readonly name: string;
  /** As it was told; null where absent */
  readonly before: null | number;
  /** As it is; null where absent */
  readonly after: null | number;
}

export function writeAlertAmended(to: ByteWriter, event: AlertAmended): void {
  to.string(event.id);
  to.string(event.instrument);
  to.string(event.rule);
  to.int(event.ruleVersion);
  to.long(event.openTime);
  to.long(event.amendedAt);
  to.string(event.reason);
  to.boolean(event.provisional === undefined ? false : event.provisional);
  writeAlertAmendedChanges(to, event.changes);
  writeAlertAmendedTerms(to, event.terms === undefined ? [] : event.terms);
}

export function readAlertAmended(from: ByteReader): AlertAmended {
  return {
    id: from.string(),
    instrument: from.string(),
    rule: from.string(),
    ruleVersion: from.int(),
    openTime: from.long(),
    amendedAt: from.long(),
    reason: from.string(),
    provisional: from.boolean(),
    changes: readAlertAmendedChanges(from),
    terms: readAlertAmendedTerms(from),
  };
}

function writeAlertAmendedChanges(to: ByteWriter, items: readonly AlertChange[]): void {
  to.count(items.length);
  for (const item of items) writeAlertChange(to, item);
  if (items.length > 0) to.end();
}

function readAlertAmendedChanges(from: ByteReader): readonly AlertChange[] {
  const items: AlertChange[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(readAlertChange(from));
  }
  return items;
}

function writeAlertAmendedTerms(to: ByteWriter, items: readonly AlertTerm[]): void {
  to.count(items.length);
  for (const item of items) writeAlertTerm(to, item);
  if (items.length > 0) to.end();
}

function readAlertAmendedTerms(from: ByteReader): readonly AlertTerm[] {
  const items: AlertTerm[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(readAlertTerm(from));
  }
  return items;
}

export function writeAlertChange(to: ByteWriter, event: AlertChange): void {
  to.string(event.name);
  to.optionalDouble(event.before);
  to.optionalDouble(event.after);
}

export function readAlertChange(from: ByteReader): AlertChange {
  return {
    name: from.string(),
    before: from.optionalDouble(),
    after: from.optionalDouble(),
  };
}

/** The Avro schema of AlertAmended, standing alone. */
export const alertAmendedText =
  "{\"type\":\"record\",\"name\":\"AlertAmended\",\"namespace\":\"screener\",\"doc\":\"The numbers of an alert are others than it said: the exchange corrected a candle, or the minute of a provisional alert closed. It still stands. Topic alerts, key: instrument, timestamp: amendedAt - 1 ms.\",\"fields\":[{\"name\":\"id\",\"type\":\"string\",\"doc\":\"Id of the alert\"},{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol\"},{\"name\":\"rule\",\"type\":\"string\",\"doc\":\"Id of the rule\"},{\"name\":\"ruleVersion\",\"type\":\"int\",\"doc\":\"Version that fired\"},{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Open time of the minute that made it fire\"},{\"name\":\"amendedAt\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Event time at which the other numbers were known\"},{\"name\":\"reason\",\"type\":\"string\",\"doc\":\"Why, for people\"},{\"name\":\"provisional\",\"type\":\"boolean\",\"default\":false,\"doc\":\"True where the minute is still not over\"},{\"name\":\"changes\",\"doc\":\"What is different: numbers of the alert by name (price, volume, changePct, volumeIncrease, candleSizePct, momentumScore) or of its metrics by flat name\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"AlertChange\",\"doc\":\"A number of an alert that changed\",\"fields\":[{\"name\":\"name\",\"type\":\"string\",\"doc\":\"Name of the number\"},{\"name\":\"before\",\"type\":[\"null\",\"double\"],\"doc\":\"As it was told; null where absent\"},{\"name\":\"after\",\"type\":[\"null\",\"double\"],\"doc\":\"As it is; null where absent\"}]}}},{\"name\":\"terms\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"AlertTerm\",\"doc\":\"A comparison of a condition as it stood when the rule was decided\",\"fields\":[{\"name\":\"term\",\"type\":\"string\",\"doc\":\"As it is written in the condition\"},{\"name\":\"element\",\"type\":[\"null\",\"string\"],\"default\":null,\"doc\":\"Element of a list that it was asked of, for example candles.last(3)[0], the oldest of three\"},{\"name\":\"left\",\"type\":[\"null\",\"double\"],\"doc\":\"Number of its left side; null where absent or not a number\"},{\"name\":\"leftText\",\"type\":[\"null\",\"string\"],\"default\":null,\"doc\":\"Its left side where that is a text, or true or false\"},{\"name\":\"right\",\"type\":[\"null\",\"double\"],\"doc\":\"Number of its right side; null where absent or not a number\"},{\"name\":\"rightText\",\"type\":[\"null\",\"string\"],\"default\":null,\"doc\":\"Its right side where that is a text, or true or false\"},{\"name\":\"held\",\"type\":[\"null\",\"boolean\"],\"doc\":\"Whether it held; null where a number that it needs is absent\"}]}},\"default\":[],\"doc\":\"The terms of the condition as they are now\"}]}";

