// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';

/** More rules fired on an instrument in a minute than it may have alerts (ALERTS_PER_MINUTE_MAX). These fired too, their cooldowns run, but they are told together. Topic alerts, key: instrument, timestamp: summarisedAt - 1 ms. */
export interface AlertsSummarised {
  /** exchange:market:symbol */
  readonly instrument: string;
  /** Open time of the minute that made them fire */
  readonly openTime: number;
  /** Event time at which they fired */
  readonly summarisedAt: number;
  /** Alerts that the minute may have */
  readonly limit: number;
  /** Alerts that this event stands for; of more than 1,000 there are several events */
  readonly count: number;
  /** All of them */
  readonly alerts: readonly SummarisedAlert[];
}

/** An alert that was not told by itself */
export interface SummarisedAlert {
  /** The id that it would have */
  readonly id: string;
  /** Id of the rule */
  readonly rule: string;
  /** Version that fired */
  readonly ruleVersion: number;
}

export function writeAlertsSummarised(to: ByteWriter, event: AlertsSummarised): void {
  to.string(event.instrument);
  to.long(event.openTime);
  to.long(event.summarisedAt);
  to.int(event.limit);
  to.int(event.count);
  writeAlertsSummarisedAlerts(to, event.alerts);
}

export function readAlertsSummarised(from: ByteReader): AlertsSummarised {
  return {
    instrument: from.string(),
    openTime: from.long(),
    summarisedAt: from.long(),
    limit: from.int(),
    count: from.int(),
    alerts: readAlertsSummarisedAlerts(from),
  };
}

function writeAlertsSummarisedAlerts(to: ByteWriter, items: readonly SummarisedAlert[]): void {
  to.count(items.length);
  for (const item of items) writeSummarisedAlert(to, item);
  if (items.length > 0) to.end();
}

function readAlertsSummarisedAlerts(from: ByteReader): readonly SummarisedAlert[] {
  const items: SummarisedAlert[] = [];
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) items.push(readSummarisedAlert(from));
  }
  return items;
}

export function writeSummarisedAlert(to: ByteWriter, event: SummarisedAlert): void {
  to.string(event.id);
  to.string(event.rule);
  to.int(event.ruleVersion);
}

export function readSummarisedAlert(from: ByteReader): SummarisedAlert {
  return {
    id: from.string(),
    rule: from.string(),
    ruleVersion: from.int(),
  };
}

/** The Avro schema of AlertsSummarised, standing alone. */
export const alertsSummarisedText =
  "{\"type\":\"record\",\"name\":\"AlertsSummarised\",\"namespace\":\"screener\",\"doc\":\"More rules fired on an instrument in a minute than it may have alerts (ALERTS_PER_MINUTE_MAX). These fired too, their cooldowns run, but they are told together. Topic alerts, key: instrument, timestamp: summarisedAt - 1 ms.\",\"fields\":[{\"name\":\"instrument\",\"type\":\"string\",\"doc\":\"exchange:market:symbol\"},{\"name\":\"openTime\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Open time of the minute that made them fire\"},{\"name\":\"summarisedAt\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Event time at which they fired\"},{\"name\":\"limit\",\"type\":\"int\",\"doc\":\"Alerts that the minute may have\"},{\"name\":\"count\",\"type\":\"int\",\"doc\":\"Alerts that this event stands for; of more than 1,000 there are several events\"},{\"name\":\"alerts\",\"doc\":\"All of them\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"record\",\"name\":\"SummarisedAlert\",\"doc\":\"An alert that was not told by itself\",\"fields\":[{\"name\":\"id\",\"type\":\"string\",\"doc\":\"The id that it would have\"},{\"name\":\"rule\",\"type\":\"string\",\"doc\":\"Id of the rule\"},{\"name\":\"ruleVersion\",\"type\":\"int\",\"doc\":\"Version that fired\"}]}}}]}";

