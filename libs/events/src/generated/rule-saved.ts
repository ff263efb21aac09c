// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';
import { setEntry } from '../wire/map-entries.ts';

/** One version of a rule. Topic rules (compacted), key: rule/version/save, where save is another one for each save, so that none is ever compacted; of two saves of one version the first counts. Timestamp: when it was saved. */
export interface RuleSaved {
  /** Id of the rule, for example big_bull_60m */
  readonly rule: string;
  /** 1 and up; the highest one counts. A save is version n + 1 of the version n that it was made from */
  readonly version: number;
  /** User id, or preset for those we ship */
  readonly owner: string;
  /** Short name for people */
  readonly title: string;
  /** What it means, for people */
  readonly text: string;
  /** CEL expression over the metrics; of a price level a further condition, true for none */
  readonly condition: string;
  /** Named numbers of the condition */
  readonly parameters: Readonly<Record<string, number>>;
  /** The window that an alert of this rule is about, for example 1h; the bar of once_per_bar */
  readonly timeframe: string;
  /** Event time that must pass between two alerts of this rule on one instrument */
  readonly cooldownMs: number;
  /** False: kept, not evaluated */
  readonly enabled?: boolean | undefined;
  /** What may be put in for its parameters; those without a range may be any number */
  readonly ranges?: readonly ParameterRange[] | undefined;
  /** Which instruments it is for: those that pass everything that is given; null: all */
  readonly universe?: null | RuleUniverse | undefined;
  /** close: closed candles only, never repaints; live: the candle in progress too, its alerts are provisional */
  readonly mode?: TriggerMode | undefined;
  /** How often it may fire on an instrument, beside the cooldown */
  readonly frequency?: TriggerFrequency | undefined;
  /** So many closed minutes in a row it has to hold before it fires; 0 and 1: the first one does */
  readonly forMinutes?: number | undefined;
  /** When it may fire; null: always */
  readonly schedule?: null | RuleSchedule | undefined;
  /** How much its alerts matter to the owner */
  readonly severity?: Severity | undefined;
  /** Template of the message, for example {{symbol}} {{price}}; empty: the title */
  readonly message?: string | undefined;
  /** Fires where the price crosses a level; null: a rule of its condition alone */
  readonly priceLevel?: null | PriceLevel | undefined;
  /** Raised by one to let a rule of frequency once fire once more */
  readonly arming?: number | undefined;
}

/** What may be put in for a parameter */
export interface ParameterRange {
  /** Name of the parameter */
  readonly name: string;
  /** Smallest value, inclusive */
  readonly min: number;
  /** Largest value, inclusive */
  readonly max: number;
  /** Step of a form; values between two steps are allowed */
  readonly step: number;
  /** For people, for example %; may be empty */
  readonly unit: string;
  /** What it means, for people */
  readonly text: string;
}

/** Which instruments a rule is for */
export interface RuleUniverse {
  /** Quote currencies, for example USDT; empty: any */
  readonly quotes: readonly string[];
  /** Only the so many with the highest quote volume of 24 hours, as of the minute before; null: any */
  readonly topByVolume: null | number;
  /** Name of a watchlist of the owner; null: none needed */
  readonly watchlist: null | string;
  /** BTCUSDT (on every exchange and market) or binance:usdm:BTCUSDT; empty: any */
  readonly symbols: readonly string[];
  /** The same, for those that it is not for */
  readonly exclude: readonly string[];
}

/** Which candles a rule looks at */
export type TriggerMode = 'close' | 'live';

/** How often a rule may fire */
export type TriggerFrequency = 'once' | 'once_per_bar' | 'once_per_minute' | 'every_time';

/** Hours of days in a time zone, and from when until when at all */
export interface RuleSchedule {
  /** IANA name, for example Europe/Berlin */
  readonly timeZone: string;
  /** mon to sun; empty: every day. Hours over midnight belong to the day on which they begin */
  readonly days: readonly string[];
  /** For example 09:00, inclusive */
  readonly from: string;
  /** For example 17:30, exclusive; 24:00 is the end of the day; before from: over midnight; the same: all day */
  readonly until: string;
  /** First moment of event time; null: at once */
  readonly startAt: null | number;
  /** Event time from which it rests for good; null: never */
  readonly expireAt: null | number;
}

/** How much an alert matters */
export type Severity = 'info' | 'warning' | 'critical';

/** A price that is waited for */
export interface PriceLevel {
  /** The price */
  readonly level: number;
  /** Which way it has to be crossed */
  readonly direction: CrossingDirection;
}

/** Which way a price crosses */
export type CrossingDirection = 'up' | 'down' | 'either';

export function writeRuleSaved(to: ByteWriter, event: RuleSaved): void {
  to.string(event.rule);
  to.int(event.version);
  to.string(event.owner);
  to.string(event.title);
  to.string(event.text);
  to.string(event.condition);
  writeRuleSavedParameters(to, event.parameters);
  to.string(event.timeframe);
  to.long(event.cooldownMs);
  to.boolean(event.enabled === undefined ? true : event.enabled);
  writeRuleSavedRanges(to, event.ranges === undefined ? [] : event.ranges);
  writeRuleSavedUniverse(to, event.universe === undefined ? null : event.universe);
  writeTriggerMode(to, event.mode === undefined ? "close" : event.mode);
  writeTriggerFrequency(to, event.frequency === undefined ? "every_time" : event.frequency);
  to.int(event.forMinutes === undefined ? 0 : event.forMinutes);
  writeRuleSavedSchedule(to, event.schedule === undefined ? null : event.schedule);
  writeSeverity(to, event.severity === undefined ? "info" : event.severity);
  to.string(event.message === undefined ? "" : event.message);
  writeRuleSavedPriceLevel(to, event.priceLevel === undefined ? null : event.priceLevel);
  to.int(event.arming === undefined ? 0 : event.arming);
}

export function readRuleSaved(from: ByteReader): RuleSaved {
  return {
    rule: from.string(),
    version: from.int(),
    owner: from.string(),
    title: from.string(),
    text: from.string(),
    condition: from.string(),
    parameters: readRuleSavedParameters(from),
    timeframe: from.string(),
    cooldownMs: from.long(),
    enabled: from.boolean(),
    ranges: readRuleSavedRanges(from),
    universe: readRuleSavedUniverse(from),
    mode: readTriggerMode(from),
    frequency: readTriggerFrequency(from),
    forMinutes: from.int(),
    schedule: readRuleSavedSchedule(from),
    severity: readSeverity(from),
    message: from.string(),
    priceLevel: readRuleSavedPriceLevel(from),
    arming: from.int(),
  };
}

function writeRuleSavedParameters(to: ByteWriter, map: Readonly<Record<string, number>>): void {
  const keys = Object.keys(map);
  to.count(keys.length);
  for (const key of keys) {
    to.string(key);
    const item = map[key] as number;
    to.double(item);
  }
  if (keys.length > 0) to.end();
}

function readRuleSavedParameters(from: ByteReader): Readonly<Record<string, number>> {
  const map: Record<string, number> = {};
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) setEntry(map, from.string(), from.double());
  }
  return map;
}

function writeRuleSavedRanges(to: ByteWriter, items: readonly ParameterRange[]): void {
  to.count(items.length);
  for (const item of items) writeParameterRange(to, item);
  if (items.length > 0) to.end();
}

function readRuleSavedRanges(from: ByteReader): readonly ParameterRange[] {
  const items: ParameterRange[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(readParameterRange(from));
  }
  return items;
}

function writeRuleSavedUniverse(to: ByteWriter, value: null | RuleUniverse): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  writeRuleUniverse(to, value);
}

function readRuleSavedUniverse(from: ByteReader): null | RuleUniverse {
  return from.index(2) === 0 ? null : readRuleUniverse(from);
}

function writeRuleSavedSchedule(to: ByteWriter, value: null | RuleSchedule): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  writeRuleSchedule(to, value);
}

function readRuleSavedSchedule(from: ByteReader): null | RuleSchedule {
  return from.index(2) === 0 ? null : readRuleSchedule(from);
}

function writeRuleSavedPriceLevel(to: ByteWriter, value: null | PriceLevel): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  writePriceLevel(to, value);
}

function readRuleSavedPriceLevel(from: ByteReader): null | PriceLevel {
  return from.index(2) === 0 ? null : readPriceLevel(from);
}

export function writeParameterRange(to: ByteWriter, event: ParameterRange): void {
  to.string(event.name);
  to.double(event.min);
  to.double(event.max);
  to.double(event.step);
  to.string(event.unit);
  to.string(event.text);
}

export function readParameterRange(from: ByteReader): ParameterRange {
  return {
    name: from.string(),
    min: from.double(),
    max: from.double(),
    step: from.double(),
    unit: from.string(),
    text: from.string(),
  };
}

export function writeRuleUniverse(to: ByteWriter, event: RuleUniverse): void {
  writeRuleUniverseQuotes(to, event.quotes);
  writeRuleUniverseTopByVolume(to, event.topByVolume);
  writeRuleUniverseWatchlist(to, event.watchlist);
  writeRuleUniverseSymbols(to, event.symbols);
  writeRuleUniverseExclude(to, event.exclude);
}

export function readRuleUniverse(from: ByteReader): RuleUniverse {
  return {
    quotes: readRuleUniverseQuotes(from),
    topByVolume: readRuleUniverseTopByVolume(from),
    watchlist: readRuleUniverseWatchlist(from),
    symbols: readRuleUniverseSymbols(from),
    exclude: readRuleUniverseExclude(from),
  };
}

function writeRuleUniverseQuotes(to: ByteWriter, items: readonly string[]): void {
  to.count(items.length);
  for (const item of items) to.string(item);
  if (items.length > 0) to.end();
}

function readRuleUniverseQuotes(from: ByteReader): readonly string[] {
  const items: string[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(from.string());
  }
  return items;
}

function writeRuleUniverseTopByVolume(to: ByteWriter, value: null | number): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.int(value);
}

function readRuleUniverseTopByVolume(from: ByteReader): null | number {
  return from.index(2) === 0 ? null : from.int();
}

function writeRuleUniverseWatchlist(to: ByteWriter, value: null | string): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.string(value);
}

function readRuleUniverseWatchlist(from: ByteReader): null | string {
  return from.index(2) === 0 ? null : from.string();
}

function writeRuleUniverseSymbols(to: ByteWriter, items: readonly string[]): void {
  to.count(items.length);
  for (const item of items) to.string(item);
  if (items.length > 0) to.end();
}

function readRuleUniverseSymbols(from: ByteReader): readonly string[] {
  const items: string[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(from.string());
  }
  return items;
}

function writeRuleUniverseExclude(to: ByteWriter, items: readonly string[]): void {
  to.count(items.length);
  for (const item of items) to.string(item);
  if (items.length > 0) to.end();
}

function readRuleUniverseExclude(from: ByteReader): readonly string[] {
  const items: string[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(from.string());
  }
  return items;
}

const symbolsOfTriggerMode: readonly TriggerMode[] = ['close', 'live'];
const indicesOfTriggerMode: ReadonlyMap<string, number> = new Map([['close', 0], ['live', 1]]);
export const writeTriggerMode = (to: ByteWriter, symbol: TriggerMode): void => to.symbol(indicesOfTriggerMode.get(symbol), symbol);
export const readTriggerMode = (from: ByteReader): TriggerMode => symbolsOfTriggerMode[from.index(2)] as TriggerMode;

const symbolsOfTriggerFrequency: readonly TriggerFrequency[] = ['once', 'once_per_bar', 'once_per_minute', 'every_time'];
const indicesOfTriggerFrequency: ReadonlyMap<string, number> = new Map([['once', 0], ['once_per_bar', 1], ['once_per_minute', 2], ['every_time', 3]]);
export const writeTriggerFrequency = (to: ByteWriter, symbol: TriggerFrequency): void => to.symbol(indicesOfTriggerFrequency.get(symbol), symbol);
export const readTriggerFrequency = (from: ByteReader): TriggerFrequency => symbolsOfTriggerFrequency[from.index(4)] as TriggerFrequency;

export function writeRuleSchedule(to: ByteWriter, event: RuleSchedule): void {
  to.string(event.timeZone);
  writeRuleScheduleDays(to, event.days);
  to.string(event.from);
  to.string(event.until);
  writeRuleScheduleStartAt(to, event.startAt);
  writeRuleScheduleExpireAt(to, event.expireAt);
}

export function readRuleSchedule(from: ByteReader): RuleSchedule {
  return {
    timeZone: from.string(),
    days: readRuleScheduleDays(from),
    from: from.string(),
    until: from.string(),
    startAt: readRuleScheduleStartAt(from),
    expireAt: readRuleScheduleExpireAt(from),
  };
}

function writeRuleScheduleDays(to: ByteWriter, items: readonly string[]): void {
  to.count(items.length);
  for (const item of items) to.string(item);
  if (items.length > 0) to.end();
}

function readRuleScheduleDays(from: ByteReader): readonly string[] {
  const items: string[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(from.string());
  }
  return items;
}

function writeRuleScheduleStartAt(to: ByteWriter, value: null | number): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.long(value);
}

function readRuleScheduleStartAt(from: ByteReader): null | number {
  return from.index(2) === 0 ? null : from.long();
}

function writeRuleScheduleExpireAt(to: ByteWriter, value: null | number): void {
  if (value === null) return to.branch(0);
  to.branch(1);
  to.long(value);
}

function readRuleScheduleExpireAt(from: ByteReader): null | number {
  return from.index(2) === 0 ? null : from.long();
}

const symbolsOfSeverity: readonly Severity[] = ['info', 'warning', 'critical'];
const indicesOfSeverity: ReadonlyMap<string, number> = new Map([['info', 0], ['warning', 1], ['critical', 2]]);
export const writeSeverity = (to: ByteWriter, symbol: Severity): void => to.symbol(indicesOfSeverity.get(symbol), symbol);
export const readSeverity = (from: ByteReader): Severity => symbolsOfSeverity[from.index(3)] as Severity;

export function writePriceLevel(to: ByteWriter, event: PriceLevel): void {
  to.double(event.level);
  writeCrossingDirection(to, event.direction);
}

export function readPriceLevel(from: ByteReader): PriceLevel {
  return {
    level: from.double(),
    direction: readCrossingDirection(from),
  };
}

const symbolsOfCrossingDirection: readonly CrossingDirection[] = ['up', 'down', 'either'];
const indicesOfCrossingDirection: ReadonlyMap<string, number> = new Map([['up', 0], ['down', 1], ['either', 2]]);
export const writeCrossingDirection = (to: ByteWriter, symbol: CrossingDirection): void => to.symbol(indicesOfCrossingDirection.get(symbol), symbol);
export const readCrossingDirection = (from: ByteReader): CrossingDirection => symbolsOfCrossingDirection[from.index(3)] as CrossingDirection;

/** The Avro schema of RuleSaved, standing alone. */
export const ruleSavedText =
  "{\"type\":\"record\",\"name\":\"RuleSaved\",\"namespace\":\"screener\",\"doc\":\"One version of a rule. Topic rules (compacted), key: rule/version/save, where save is another one for each save, so that none is ever compacted; of two saves of one version the first counts. Timestamp: when it was saved.\",\"fields\":[{\"name\":\"rule\",\"type\":\"string\",\"doc\":\"Id of the rule, for example big_bull_60m\"},{\"name\":\"version\",\"type\":\"int\",\"doc\":\"1 and up; the highest one counts. A save is version n + 1 of the version n that it was made from\"},{\"name\":\"owner\",\"type\":\"string\",\"doc\":\"User id, or preset for those we ship\"},{\"name\":\"title\",\"type\":\"string\",\"doc\":\"Short name for people\"},{\"name\":\"text\",\"type\":\"string\",\"doc\":\"What it means, for people\"},{\"name\":\"condition\",\"type\":\"string\",\"doc\":\"CEL expression over the metrics; of a price level a further condition, true for none\"},{\"name\":\"parameters\",\"type\":{\"type\":\"map\",\"values\":\"double\"},\"doc\":\"Named numbers of the condition\"},{\"name\":\"timeframe\",\"type\":\"string\",\"doc\":\"The window that an alert of this rule is about, for example 1h; the bar of once_per_bar\"},{\"name\":\"cooldownMs\",\"type\":\"long\",\"doc\":\"Event time that must pass between two alerts of this rule on one instrument\"},{\"name\":\"enabled\",\"type\":\"boolean\",\"default\":true,\"doc\":\"False: kept, not evaluated\"},{\"name\":\"ranges\",\"doc\":\"What may be put in for its parameters; those without a range may be any number\",\"default\":[],\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"ParameterRange\",\"doc\":\"What may be put in for a parameter\",\"fields\":[{\"name\":\"name\",\"type\":\"string\",\"doc\":\"Name of the parameter\"},{\"name\":\"min\",\"type\":\"double\",\"doc\":\"Smallest value, inclusive\"},{\"name\":\"max\",\"type\":\"double\",\"doc\":\"Largest value, inclusive\"},{\"name\":\"step\",\"type\":\"double\",\"doc\":\"Step of a form; values between two steps are allowed\"},{\"name\":\"unit\",\"type\":\"string\",\"doc\":\"For people, for example %; may be empty\"},{\"name\":\"text\",\"type\":\"string\",\"doc\":\"What it means, for people\"}]}}},{\"name\":\"universe\",\"doc\":\"Which instruments it is for: those that pass everything that is given; null: all\",\"default\":null,\"type\":[\"null\",{\"type\":\"record\",\"name\":\"RuleUniverse\",\"doc\":\"Which instruments a rule is for\",\"fields\":[{\"name\":\"quotes\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"doc\":\"Quote currencies, for example USDT; empty: any\"},{\"name\":\"topByVolume\",\"type\":[\"null\",\"int\"],\"doc\":\"Only the so many with the highest quote volume of 24 hours, as of the minute before; null: any\"},{\"name\":\"watchlist\",\"type\":[\"null\",\"string\"],\"doc\":\"Name of a watchlist of the owner; null: none needed\"},{\"name\":\"symbols\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"doc\":\"BTCUSDT (on every exchange and market) or binance:usdm:BTCUSDT; empty: any\"},{\"name\":\"exclude\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"doc\":\"The same, for those that it is not for\"}]}]},{\"name\":\"mode\",\"doc\":\"close: closed candles only, never repaints; live: the candle in progress too, its alerts are provisional\",\"default\":\"close\",\"type\":{\"type\":\"enum\",\"name\":\"TriggerMode\",\"doc\":\"Which candles a rule looks at\",\"symbols\":[\"close\",\"live\"]}},{\"name\":\"frequency\",\"doc\":\"How often it may fire on an instrument, beside the cooldown\",\"default\":\"every_time\",\"type\":{\"type\":\"enum\",\"name\":\"TriggerFrequency\",\"doc\":\"How often a rule may fire\",\"symbols\":[\"once\",\"once_per_bar\",\"once_per_minute\",\"every_time\"]}},{\"name\":\"forMinutes\",\"type\":\"int\",\"default\":0,\"doc\":\"So many closed minutes in a row it has to hold before it fires; 0 and 1: the first one does\"},{\"name\":\"schedule\",\"doc\":\"When it may fire; null: always\",\"default\":null,\"type\":[\"null\",{\"type\":\"record\",\"name\":\"RuleSchedule\",\"doc\":\"Hours of days in a time zone, and from when until when at all\",\"fields\":[{\"name\":\"timeZone\",\"type\":\"string\",\"doc\":\"IANA name, for example Europe/Berlin\"},{\"name\":\"days\",\"type\":{\"type\":\"array\",\"items\":\"string\"},\"doc\":\"mon to sun; empty: every day. Hours over midnight belong to the day on which they begin\"},{\"name\":\"from\",\"type\":\"string\",\"doc\":\"For example 09:00, inclusive\"},{\"name\":\"until\",\"type\":\"string\",\"doc\":\"For example 17:30, exclusive; 24:00 is the end of the day; before from: over midnight; the same: all day\"},{\"name\":\"startAt\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}],\"doc\":\"First moment of event time; null: at once\"},{\"name\":\"expireAt\",\"type\":[\"null\",{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}],\"doc\":\"Event time from which it rests for good; null: never\"}]}]},{\"name\":\"severity\",\"doc\":\"How much its alerts matter to the owner\",\"default\":\"info\",\"type\":{\"type\":\"enum\",\"name\":\"Severity\",\"doc\":\"How much an alert matters\",\"symbols\":[\"info\",\"warning\",\"critical\"]}},{\"name\":\"message\",\"type\":\"string\",\"default\":\"\",\"doc\":\"Template of the message, for example {{symbol}} {{price}}; empty: the title\"},{\"name\":\"priceLevel\",\"doc\":\"Fires where the price crosses a level; null: a rule of its condition alone\",\"default\":null,\"type\":[\"null\",{\"type\":\"record\",\"name\":\"PriceLevel\",\"doc\":\"A price that is waited for\",\"fields\":[{\"name\":\"level\",\"type\":\"double\",\"doc\":\"The price\"},{\"name\":\"direction\",\"type\":{\"type\":\"enum\",\"name\":\"CrossingDirection\",\"doc\":\"Which way a price crosses\",\"symbols\":[\"up\",\"down\",\"either\"]},\"doc\":\"Which way it has to be crossed\"}]}]},{\"name\":\"arming\",\"type\":\"int\",\"default\":0,\"doc\":\"Raised by one to let a rule of frequency once fire once more\"}]}";

