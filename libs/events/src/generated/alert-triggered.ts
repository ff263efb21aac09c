// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';
import { setEntry } from '../wire/map-entries.ts';

/** A rule fired. The same alert always has the same id. Topic alerts, key: instrument, timestamp: openTime + 59 999 ms. */
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
  /** Open time of the closed minute that made it fire */
  readonly openTime: number;
  /** End of that minute, event time */
  readonly triggeredAt: number;
  /** The window it is about */
  readonly timeframe: string;
  /** Close of the minute */
  readonly price: number;
  /** Quote volume of the timeframe */
  readonly volume?: null | number | undefined;
  /** Change of the timeframe in percent */
  readonly changePct?: null | number | undefined;
  /** Every number that the condition read, by flat name */
  readonly metrics: Readonly<Record<string, number>>;
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

/** The Avro schema of AlertTriggered, standing alone. */
export const alertTriggeredText =
  "{\"type\":\"record\",\"name\":\"AlertTriggered\",\"namespace\":\"screener\",\"doc\":\"A rule fired. The same alert always has the same id. Topic alerts, key: instrument, timestamp: openTime + 59 999 ms.\",\"fields\":[{\"name\":\"id\",\"type\":\"string\",\"doc\":\"UUID derived from instrument, rule, version, candle time and crossing ordinal\"},{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol\"},{\"name\":\"rule\",\"type\":\"string\",\"doc\":\"Id of the rule\"},{\"name\":\"ruleVersion\",\"type\":\"int\",\"doc\":\"Version that fired\"},{\"name\":\"title\",\"type\":\"string\",\"doc\":\"Title of that version\"},{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Open time of the closed minute that made it fire\"},{\"name\":\"triggeredAt\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"End of that minute, event time\"},{\"name\":\"timeframe\",\"type\":\"string\",\"doc\":\"The window it is about\"},{\"name\":\"price\",\"type\":\"double\",\"doc\":\"Close of the minute\"},{\"name\":\"volume\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Quote volume of the timeframe\"},{\"name\":\"changePct\",\"type\":[\"null\",\"double\"],\"default\":null,\"doc\":\"Change of the timeframe in percent\"},{\"name\":\"metrics\",\"type\":{\"type\":\"map\",\"values\":\"double\"},\"doc\":\"Every number that the condition read, by flat name\"}]}";

