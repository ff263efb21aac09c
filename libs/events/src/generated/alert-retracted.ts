// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';
import { readAlertTerm, type AlertTerm, writeAlertTerm } from './alert-triggered.ts';

/** An alert should not have been: by the numbers as they are now, its rule did not hold. Topic alerts, key: instrument, timestamp: retractedAt - 1 ms. */
export interface AlertRetracted {
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
  readonly retractedAt: number;
  /** Why, for people */
  readonly reason: string;
  /** The terms of the condition as they are now */
  readonly terms?: readonly AlertTerm[] | undefined;
}

export function writeAlertRetracted(to: ByteWriter, event: AlertRetracted): void {
  to.string(event.id);
  to.string(event.instrument);
  to.string(event.rule);
  to.int(event.ruleVersion);
  to.long(event.openTime);
  to.long(event.retractedAt);
  to.string(event.reason);
  writeAlertRetractedTerms(to, event.terms === undefined ? [] : event.terms);
}

export function readAlertRetracted(from: ByteReader): AlertRetracted {
  return {
    id: from.string(),
    instrument: from.string(),
    rule: from.string(),
    ruleVersion: from.int(),
    openTime: from.long(),
    retractedAt: from.long(),
    reason: from.string(),
    terms: readAlertRetractedTerms(from),
  };
}

function writeAlertRetractedTerms(to: ByteWriter, items: readonly AlertTerm[]): void {
  to.count(items.length);
  for (const item of items) writeAlertTerm(to, item);
  if (items.length > 0) to.end();
}

function readAlertRetractedTerms(from: ByteReader): readonly AlertTerm[] {
  const items: AlertTerm[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(readAlertTerm(from));
  }
  return items;
}

/** The Avro schema of AlertRetracted, standing alone. */
export const alertRetractedText =
  "{\"type\":\"record\",\"name\":\"AlertRetracted\",\"namespace\":\"screener\",\"doc\":\"An alert should not have been: by the numbers as they are now, its rule did not hold. Topic alerts, key: instrument, timestamp: retractedAt - 1 ms.\",\"fields\":[{\"name\":\"id\",\"type\":\"string\",\"doc\":\"Id of the alert\"},{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol\"},{\"name\":\"rule\",\"type\":\"string\",\"doc\":\"Id of the rule\"},{\"name\":\"ruleVersion\",\"type\":\"int\",\"doc\":\"Version that fired\"},{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Open time of the minute that made it fire\"},{\"name\":\"retractedAt\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Event time at which the other numbers were known\"},{\"name\":\"reason\",\"type\":\"string\",\"doc\":\"Why, for people\"},{\"name\":\"terms\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"AlertTerm\",\"doc\":\"A comparison of a condition as it stood when the rule was decided\",\"fields\":[{\"name\":\"term\",\"type\":\"string\",\"doc\":\"As it is written in the condition\"},{\"name\":\"element\",\"type\":[\"null\",\"string\"],\"default\":null,\"doc\":\"Element of a list that it was asked of, for example candles.last(3)[0], the oldest of three\"},{\"name\":\"left\",\"type\":[\"null\",\"double\"],\"doc\":\"Number of its left side; null where absent or not a number\"},{\"name\":\"leftText\",\"type\":[\"null\",\"string\"],\"default\":null,\"doc\":\"Its left side where that is a text, or true or false\"},{\"name\":\"right\",\"type\":[\"null\",\"double\"],\"doc\":\"Number of its right side; null where absent or not a number\"},{\"name\":\"rightText\",\"type\":[\"null\",\"string\"],\"default\":null,\"doc\":\"Its right side where that is a text, or true or false\"},{\"name\":\"held\",\"type\":[\"null\",\"boolean\"],\"doc\":\"Whether it held; null where a number that it needs is absent\"}]}},\"default\":[],\"doc\":\"The terms of the condition as they are now\"}]}";

