/** First stage: a sum per key that depends on every entry, every marker, every rule change and their order, to the last bit. */
import type { LogRecord, NewRecord, Task, TaskContext } from '@screener/log';
import { fromBytes, toBytes } from './bytes.ts';
import { tally } from './names.ts';
import { RuleBook } from './rules.ts';

export interface Entry {
  /** Running number over all keys. */
  readonly n: number;
  readonly x: number;
}

export interface Tally {
  readonly n: number;
  readonly count: number;
  readonly sum: number;
  readonly markers: number;
  /** Version of the rule that was in force. */
  readonly rule: number;
}

export interface Marker {
  readonly minute: number;
  /** Versions of all rules in force. */
  readonly rules: readonly number[];
}

interface Account {
  count: number;
  /** Floating point on purpose: an entry applied twice or in another order shows in the last digits. */
  sum: number;
  markers: number;
  recent: number[];
}

const recentMax = 5;

export class TallyTask implements Task {
  readonly rules = new RuleBook();
  readonly #partition: number;
  readonly #accounts = new Map<string, Account>();

  constructor(partition: number) {
    this.#partition = partition;
  }

  apply(record: LogRecord, context: TaskContext): void {
    const { key, timestamp } = record;
    const emit = (value: unknown): void => context.emit(this.#output(key, value, timestamp));
    if (key === null) {
      for (const [name, account] of this.#accounts) {
        if (!context.fresh(name)) continue;
        account.markers += 1;
        account.sum *= 0.999;
      }
      const marker: Marker = { minute: timestamp, rules: this.rules.versions() };
      emit(marker);
      return;
    }
    const { n, x } = fromBytes(record.value) as Entry;
    const { factor, version } = this.rules.of(key);
    const account = this.#accounts.get(key) ?? { count: 0, sum: 0, markers: 0, recent: [] };
    this.#accounts.set(key, account);
    account.count += 1;
    account.sum = account.sum * 0.97 + x * factor;
    account.recent = [...account.recent, n].slice(-recentMax);
    const { count, sum, markers } = account;
    const output: Tally = { n, count, sum, markers, rule: version };
    emit(output);
  }

  #output(key: string | null, value: unknown, timestamp: number): NewRecord {
    return { topic: tally.output, key, value: toBytes(value), timestamp, partition: this.#partition };
  }

  applySide(record: LogRecord): void {
    this.rules.take(record);
  }

  keys(): Iterable<string> {
    return this.#accounts.keys();
  }

  snapshot(key: string): Uint8Array {
    return toBytes(this.#accounts.get(key));
  }

  restore(key: string, state: Uint8Array): void {
    this.#accounts.set(key, fromBytes(state) as Account);
  }
}
