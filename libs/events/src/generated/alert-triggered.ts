// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';
import { setEntry } from '../wire/map-entries.ts';
import { readSeverity, type Severity, writeSeverity } from './rule-saved.ts';

/** A rule fired. The same alert always has the same id. Topic alerts, key: instrument, timestamp: triggeredAt - 1 ms, which is openTime + 59 999 ms of a closed minute. */
export interface AlertTriggered {
  /** UUID derived from instrument, rule, version, candle time and crossing ordinal */
  readonly id: string;
  /** exchange:market:symbol */
  readonly instrument: string;
  /** Id of the rule */
  readonly rule: string;
  /** Version that fired */
  readonly ruleVersion: number;
  /** Title of that version */
  readonly title: string;
  /** Open time of the minute that made it fire */
  readonly openTime: number;
  /** Event time: the end of that minute, or of a live rule the moment of the price */
  readonly triggeredAt: number;
  /** The window it is about */
  readonly timeframe: string;
  /** Close of the minute, or the price in progress; where a live rule held only on the way there, the highest or lowest price since the look before */
  readonly price: number;
  /** Quote volume of the timeframe */
  readonly volume?: null | number | undefined;
  /** Change of the timeframe in percent */
  readonly changePct?: null | number | undefined;
  /** Every number that the condition read, by flat name */
  readonly metrics: Readonly<Record<string, number>>;
  /** How many alerts of this rule the minute had before this one */
  readonly ordinal?: number | undefined;
  /** True where the minute was not over yet */
  readonly provisional?: boolean | undefined;
  /** Severity of that version of the rule */
  readonly severity?: Severity | undefined;
  /** Owner of the rule */
  readonly owner?: string | undefined;
  /** Message of the rule with its numbers put in */
  readonly message?: string | undefined;
  /** Quote volume of the timeframe against the mean of windows of that length over the last day */
  readonly volumeIncrease?: null | number | undefined;
  /** (high - low) / open of the timeframe in percent */
  readonly candleSizePct?: null | number | undefined;
  /** 0 to 100, grows with the size of the change and with the increase of the volume; docs/rules.md has the formula */
  readonly momentumScore?: null | number | undefined;
  /** Every term of the condition with its numbers and which way it went */
  readonly terms?: readonly AlertTerm[] | undefined;
}

/** A comparison of a condition as it stood when the rule was decided */
export interface AlertTerm {
  /** As it is written in the condition */
  readonly term: string;
  /** Element of a list that it was asked of, for example candles.last(3)[0], the oldest of three */
  readonly element?: null | string | undefined;
  /** Number of its left side; null where absent or not a number */
  readonly left: null | number;
  /** Its left side where that is a text, or true or false */
  readonly leftText?: null | string | undefined;
  /** Number of its right side; null where absent or not a number */
  readonly right: null | number;
  /** Its right side where that is a text, or true or false */
  readonly rightText?: null | string | undefined;
  /** Whether it held; null where a number that it needs is absent */
  readonly held: null | boolean;
}

export function writeAlertTriggered(to: ByteWriter, event: AlertTriggered): void {
  to.string(event.id);
  to.string(event.instrument);
  to.string(event.rule);
  to.int(event.ruleVersion);
  to.string(event.title);
  to.long(event.openTime);
  to.long(event.triggeredAt);
  to.string(event.timeframe);
  to.double(event.price);
  to.optionalDouble(event.volume === undefined ? null : event.volume);
  to.optionalDouble(event.changePct === undefined ? null : event.changePct);
  writeAlertTriggeredMetrics(to, event.metrics);
  to.int(event.ordinal === undefined ? 0 : event.ordinal);
  to.boolean(event.provisional === undefined ? false : event.provisional);
  writeSeverity(to, event.severity === undefined ? "info" : event.severity);
  to.string(event.owner === undefined ? "" : event.owner);
  to.string(event.message === undefined ? "" : event.message);
  to.optionalDouble(event.volumeIncrease === undefined ? null : event.volumeIncrease);
  to.optionalDouble(event.candleSizePct === undefined ? null : event.candleSizePct);
  to.optionalDouble(event.momentumScore === undefined ? null : event.momentumScore);
  writeAlertTriggeredTerms(to, event.terms === undefined ? [] : event.terms);
}

export function readAlertTriggered(from: ByteReader): AlertTriggered {
  return {
    id: from.string(),
    instrument: from.string(),
    rule: from.string(),
    ruleVersion: from.int(),
    title: from.string(),
    openTime: from.long(),
    triggeredAt: from.long(),
    timeframe: from.string(),
    price: from.double(),
    volume: from.optionalDouble(),
    changePct: from.optionalDouble(),
    metrics: readAlertTriggeredMetrics(from),
    ordinal: from.int(),
    provisional: from.boolean(),
    severity: readSeverity(from),
    owner: from.string(),
    message: from.string(),
    volumeIncrease: from.optionalDouble(),
    candleSizePct: from.optionalDouble(),
    momentumScore: from.optionalDouble(),
    terms: readAlertTriggeredTerms(from),
  };
}

function writeAlertTriggeredMetrics(to: ByteWriter, map: Readonly<Record<string, number>>): void {
  const keys = Object.keys(map);
  to.count(keys.length);
  for (const key of keys) {
    to.string(key);
    const item = map[key] as number;
    to.double(item);
  }
  if (keys.length > 0) to.end();
}

function readAlertTriggeredMetrics(from: ByteReader): Readonly<Record<string, number>> {
  const map: Record<string, number> = {};
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) setEntry(map, from.string(), from.double());
  }
  return map;
}

function writeAlertTriggeredTerms(to: ByteWriter, items: readonly AlertTerm[]): void {
  to.count(items.length);
  for (const item of items) writeAlertTerm(to, item);
  if (items.length > 0) to.end();
}

function readAlertTriggeredTerms(from: ByteReader): readonly AlertTerm[] {
  const items: AlertTerm[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(readAlertTerm(from));
  }
  return items;
}

export function writeAlertTerm(to: ByteWriter, event: AlertTerm): void {
  to.string(event.term);
  writeAlertTermElement(to, event.element === undefined ? null : event.element);
  to.optionalDouble(event.left);
  writeAlertTermLeftText(to, event.leftText === undefined ? null : event.leftText);
  to.optionalDouble(event.right);
  writeAlertTermRightText(to, event.rightText === undefined ? null : event.rightText);
  writeAlertTermHeld(to, event.held);
}

export function readAlertTerm(from: ByteReader): AlertTerm {
  return {
    term: from.string(),
    element: readAlertTermElement(from),
    left: from.optionalDouble(),
    leftText: readAlertTermLeftText(from),
    right: from.optionalDouble(),
    rightText: readAlertTermRightText(from),
    held: readAlertTermHeld(from),
  };
}

function writeAlertTermElement(to: ByteWriter, value: null | string): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.string(value);
}

function readAlertTermElement(from: ByteReader): null | string {
  return from.index(2) === 0 ? null : from.string();
}

function writeAlertTermLeftText(to: ByteWriter, value: null | string): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.string(value);
}

function readAlertTermLeftText(from: ByteReader): null | string {
  return from.index(2) === 0 ? null : from.string();
}

function writeAlertTermRightText(to: ByteWriter, value: null | string): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.string(value);
}

function readAlertTermRightText(from: ByteReader): null | string {
  return from.index(2) === 0 ? null : from.string();
}

function writeAlertTermHeld(to: ByteWriter, value: null | boolean): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.boolean(value);
}

function readAlertTermHeld(from: ByteReader): null | boolean {
  return from.index(2) === 0 ? null : from.boolean();
}

/** The Avro schema of AlertTriggered, standing alone. */
export const alertTriggeredText =
  "{\"type\":\"record\",\"name\":\"AlertTriggered\",\"namespace\":\"screener\",\"doc\":\"A rule fired. The same alert always has the same id. Topic alerts, key: instrument, timestamp: triggeredAt - 1 ms, which is openTime + 59 999 ms of a closed minute.\",\"fields\":[{\"name\":\"id\",\"type\":\"string\",\"doc\":\"UUID derived from instrument, rule, version, candle time and crossing ordinal\"},{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol\"},{\"name\":\"rule\",\"type\":\"string\",\"doc\":\"Id of the rule\"},{\"name\":\"ruleVersion\",\"type\":\"int\",\"doc\":\"Version that fired\"},{\"name\":\"title\",\"type\":\"string\",\"doc\":\"Title of that version\"},{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Open time of the minute that made it fire\"},{\"name\":\"triggeredAt\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Event time: the end of that minute, or of a live rule the moment of the price\"},{\"name\":\"timeframe\",\"type\":\"string\",\"doc\":\"The window it is about\"},{\"name\":\"price\",\"type\":\"double\",\"doc\":\"Close of the minute, or the price in progress; where a live rule held only on the way there, the highest or lowest price since the look before\"},{\"name\":\"volume\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Quote volume of the timeframe\"},{\"name\":\"changePct\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Change of the timeframe in percent\"},{\"name\":\"metrics\",\"type\":{\"type\":\"map\",\"values\":\"double\"},\"doc\":\"Every number that the condition read, by flat name\"},{\"name\":\"ordinal\",\"type\":\"int\",\"default\":0,\"doc\":\"How many alerts of this rule the minute had before this one\"},{\"name\":\"provisional\",\"type\":\"boolean\",\"default\":false,\"doc\":\"True where the minute was not over yet\"},{\"name\":\"severity\",\"type\":{\"type\":\"enum\",\"name\":\"Severity\",\"doc\":\"How much an alert matters\",\"symbols\":[\"info\",\"warning\",\"critical\"]},\"default\":\"info\",\"doc\":\"Severity of that version of the rule\"},{\"name\":\"owner\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Owner of the rule\"},{\"name\":\"message\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Message of the rule with its numbers put in\"},{\"name\":\"volumeIncrease\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Quote volume of the timeframe against the mean of windows of that length over the last day\"},{\"name\":\"candleSizePct\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"(high - low) / open of the timeframe in percent\"},{\"name\":\"momentumScore\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"0 to 100, grows with the size of the change and with the increase of the volume; docs/rules.md has the formula\"},{\"name\":\"terms\",\"doc\":\"Every term of the condition with its numbers and which way it went\",\"default\":[],\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"AlertTerm\",\"doc\":\"A comparison of a condition as it stood when the rule was decided\",\"fields\":[{\"name\":\"term\",\"type\":\"string\",\"doc\":\"As it is written in the condition\"},{\"name\":\"element\",\"type\":[\"null\",\"string\"],\"default\":null,\"doc\":\"Element of a list that it was asked of, for example candles.last(3)[0], the oldest of three\"},{\"name\":\"left\",\"type\":[\"null\",\"double\"],\"doc\":\"Number of its left side; null where absent or not a number\"},{\"name\":\"leftText\",\"type\":[\"null\",\"string\"],\"default\":null,\"doc\":\"Its left side where that is a text, or true or false\"},{\"name\":\"right\",\"type\":[\"null\",\"double\"],\"doc\":\"Number of its right side; null where absent or not a number\"},{\"name\":\"rightText\",\"type\":[\"null\",\"string\"],\"default\":null,\"doc\":\"Its right side where that is a text, or true or false\"},{\"name\":\"held\",\"type\":[\"null\",\"boolean\"],\"doc\":\"Whether it held; null where a number that it needs is absent\"}]}}}]}";

