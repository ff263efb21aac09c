// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';
import { setEntry } from '../wire/map-entries.ts';

/** An app instance says how it is, once a second. Topic heartbeats (compacted), key: app/instance, timestamp: at. */
export interface Heartbeat {
  /** collector, calculator, alerter, sink, gateway, ... */
  readonly app: string;
  /** Which one, for example host-pid */
  readonly instance: string;
  /** Version of the software */
  readonly version: string;
  /** Since when */
  readonly startedAt: number;
  /** When it said so */
  readonly at: number;
  /** How it is */
  readonly status: AppStatus;
  /** One line for people */
  readonly text: string;
  /** Figures of this app, for example primed, instruments, lagMs */
  readonly numbers: Readonly<Record<string, number>>;
}

/** AppStatus */
export type AppStatus = 'starting' | 'running' | 'degraded' | 'stopping';

export function writeHeartbeat(to: ByteWriter, event: Heartbeat): void {
  to.string(event.app);
  to.string(event.instance);
  to.string(event.version);
  to.long(event.startedAt);
  to.long(event.at);
  writeAppStatus(to, event.status);
  to.string(event.text);
  writeHeartbeatNumbers(to, event.numbers);
}

export function readHeartbeat(from: ByteReader): Heartbeat {
  return {
    app: from.string(),
    instance: from.string(),
    version: from.string(),
    startedAt: from.long(),
    at: from.long(),
    status: readAppStatus(from),
    text: from.string(),
    numbers: readHeartbeatNumbers(from),
  };
}

function writeHeartbeatNumbers(to: ByteWriter, map: Readonly<Record<string, number>>): void {
  const keys = Object.keys(map);
  to.count(keys.length);
  for (const key of keys) {
    to.string(key);
    const item = map[key] as number;
    to.double(item);
  }
  if (keys.length > 0) to.end();
}

function readHeartbeatNumbers(from: ByteReader): Readonly<Record<string, number>> {
  const map: Record<string, number> = {};
  for (let left = from.block(); left > 0; left = from.block()) {
    for (; left > 0; left--) setEntry(map, from.string(), from.double());
  }
  return map;
}

const symbolsOfAppStatus: readonly AppStatus[] = ['starting', 'running', 'degraded', 'stopping'];
const indicesOfAppStatus: ReadonlyMap<string, number> = new Map([['starting', 0], ['running', 1], ['degraded', 2], ['stopping', 3]]);
export const writeAppStatus = (to: ByteWriter, symbol: AppStatus): void => to.symbol(indicesOfAppStatus.get(symbol), symbol);
export const readAppStatus = (from: ByteReader): AppStatus => symbolsOfAppStatus[from.index(4)] as AppStatus;

/** The Avro schema of Heartbeat, standing alone. */
export const heartbeatText =
  "{\"type\":\"record\",\"name\":\"Heartbeat\",\"namespace\":\"screener\",\"doc\":\"An app instance says how it is, once a second. Topic heartbeats (compacted), key: app/instance, timestamp: at.\",\"fields\":[{\"name\":\"app\",\"type\":\"string\",\"doc\":\"collector, calculator, alerter, sink, gateway, ...\"},{\"name\":\"instance\",\"type\":\"string\",\"doc\":\"Which one, for example host-pid\"},{\"name\":\"version\",\"type\":\"string\",\"doc\":\"Version of the software\"},{\"name\":\"startedAt\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"Since when\"},{\"name\":\"at\",\"type\":{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"},\"doc\":\"When it said so\"},{\"name\":\"status\",\"type\":{\"type\":\"enum\",\"name\":\"AppStatus\",\"symbols\":[\"starting\",\"running\",\"degraded\",\"stopping\"]},\"doc\":\"How it is\"},{\"name\":\"text\",\"type\":\"string\",\"doc\":\"One line for people\"},{\"name\":\"numbers\",\"type\":{\"type\":\"map\",\"values\":\"double\"},\"doc\":\"Figures of this app, for example primed, instruments, lagMs\"}]}";

