// Generated from schemas/ by `npm run generate`. Do not edit.

import type { ByteReader } from '../wire/byte-reader.ts';
import type { ByteWriter } from '../wire/byte-writer.ts';
import { setEntry } from '../wire/map-entries.ts';

/** One version of a rule. Topic rules (compacted), key: rule/version, timestamp: when it was saved. */
export interface RuleSaved {
  /** Id of the rule, for example big_bull_60m */
  readonly rule: string;
  /** 1 and up; the highest one counts */
  readonly version: number;
  /** User id, or preset for those we ship */
  readonly owner: string;
  /** Short name for people */
  readonly title: string;
  /** What it means, for people */
  readonly text: string;
  /** CEL expression over the flat metric names */
  readonly condition: string;
  /** Named numbers of the condition */
  readonly parameters: Readonly<Record<string, number>>;
  /** The window that an alert of this rule is about, for example 1h */
  readonly timeframe: string;
  /** Event time that must pass between two alerts of this rule on one instrument */
  readonly cooldownMs: number;
  /** False: kept, not evaluated */
  readonly enabled?: boolean | undefined;
}

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

/** The Avro schema of RuleSaved, standing alone. */
export const ruleSavedText =
  "{\"type\":\"record\",\"name\":\"RuleSaved\",\"namespace\":\"screener\",\"doc\":\"One version of a rule. Topic rules (compacted), key: rule/version, timestamp: when it was saved.\",\"fields\":[{\"name\":\"rule\",\"type\":\"string\",\"doc\":\"Id of the rule, for example big_bull_60m\"},{\"name\":\"version\",\"type\":\"int\",\"doc\":\"1 and up; the highest one counts\"},{\"name\":\"owner\",\"type\":\"string\",\"doc\":\"User id, or preset for those we ship\"},{\"name\":\"title\",\"type\":\"string\",\"doc\":\"Short name for people\"},{\"name\":\"text\",\"type\":\"string\",\"doc\":\"What it means, for people\"},{\"name\":\"condition\",\"type\":\"string\",\"doc\":\"CEL expression over the flat metric names\"},{\"name\":\"parameters\",\"type\":{\"type\":\"map\",\"values\":\"double\"},\"doc\":\"Named numbers of the condition\"},{\"name\":\"timeframe\",\"type\":\"string\",\"doc\":\"The window that an alert of this rule is about, for example 1h\"},{\"name\":\"cooldownMs\",\"type\":\"long\",\"doc\":\"Event time that must pass between two alerts of this rule on one instrument\"},{\"name\":\"enabled\",\"type\":\"boolean\",\"default\":true,\"doc\":\"False: kept, not evaluated\"}]}";

