/** The side input: a few rules that change all the time. */
import type { LogRecord, NewRecord } from '@screener/log';
import { fromBytes, toBytes } from './bytes.ts';
import { rulesCount, rulesPartitions, rulesTopic } from './names.ts';

export interface Rule {
  readonly rule: number;
  readonly version: number;
  readonly factor: number;
}

export function ruleRecord(rule: Rule): NewRecord {
  const { rule: number, version } = rule;
  return {
    topic: rulesTopic,
    key: `rule-${number}`,
    value: toBytes(rule),
    timestamp: version,
    partition: number % rulesPartitions,
  };
}

/** What a task knows of them. */
export class RuleBook {
  readonly #rules = new Map<number, Rule>();

  take(record: LogRecord): void {
    const rule = fromBytes(record.value) as Rule;
    this.#rules.set(rule.rule, rule);
  }

  of(key: string): Rule {
    const number = [...key].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % rulesCount;
    return this.#rules.get(number) ?? { rule: number, version: 0, factor: 1 };
  }

  /** Version of each rule, in order. */
  versions(): number[] {
    return Array.from({ length: rulesCount }, (_, number) => this.#rules.get(number)?.version ?? 0);
  }
}
