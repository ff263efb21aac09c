/** A task for the contract tests: state per key that depends on every record and its order, to the last bit. */
import type { LogRecord, NewRecord, ProcessorDefinition, Task, TaskContext } from '../port.ts';
import { type Bench, bytes, text, uniqueName } from './bench.ts';

interface Account {
  count: number;
  /** Floating point on purpose: a record applied twice or in another order shows in the last digits. */
  sum: number;
  markers: number;
}

export class LedgerTask implements Task {
  readonly partition: number;
  readonly accounts = new Map<string, Account>();
  readonly emitted: NewRecord[] = [];
  applied = 0;
  /** From the side input. */
  factor = 1;
  readonly #output: string;

  constructor(output: string, partition: number) {
    this.#output = output;
    this.partition = partition;
  }

  apply(record: LogRecord, context: TaskContext): void {
    this.applied += 1;
    const emit = (key: string | null, line: string): void => {
      const output = {
        topic: this.#output,
        key,
        value: bytes(line),
        timestamp: record.timestamp,
        partition: this.partition,
      };
      this.emitted.push(output);
      context.emit(output);
    };
    if (record.key === null) {
      for (const [key, account] of this.accounts) if (context.fresh(key)) account.markers += 1;
      emit(null, `marker ${record.timestamp}`);
      return;
    }
    const account = this.accounts.get(record.key) ?? { count: 0, sum: 0, markers: 0 };
    this.accounts.set(record.key, account);
    account.count += 1;
    const value = Number(text(record.value));
    // On purpose after the state has changed by half: the processor must restore what was before.
    if (Number.isNaN(value)) throw new Error(`'${text(record.value)}' is no number`);
    account.sum = account.sum * 0.99 + value * this.factor;
    emit(record.key, `${account.count} ${account.sum} ${account.markers} x${this.factor}`);
  }

  applySide(record: LogRecord): void {
    this.factor = Number(text(record.value));
    if (Number.isNaN(this.factor)) throw new Error(`'${text(record.value)}' is no factor`);
  }

  keys(): Iterable<string> {
    return this.accounts.keys();
  }

  snapshot(key: string): Uint8Array {
    return bytes(JSON.stringify(this.accounts.get(key)));
  }

  restore(key: string, state: Uint8Array): void {
    this.accounts.set(key, JSON.parse(text(state) ?? '') as Account);
  }

  state(): Record<string, Account> {
    return Object.fromEntries([...this.accounts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

export interface LedgerNames {
  readonly input: string;
  readonly output: string;
  readonly snapshots: string;
  readonly group: string;
  readonly deadLetters?: string;
}

/** Topics, definition and tasks of one processor under test. */
export class Ledger {
  readonly definition: ProcessorDefinition;
  readonly output: string;
  readonly input: string;
  /** The newest task of each partition. */
  readonly tasks = new Map<number, LedgerTask>();
  readonly partitions: number;

  static async create(bench: Bench, overrides: Partial<ProcessorDefinition> = {}, partitions = 4): Promise<Ledger> {
    const input = await bench.topic('input', { partitions });
    const output = await bench.topic('output', { partitions });
    const snapshots = await bench.topic('snapshots', { partitions, compact: true, retentionMs: undefined });
    const deadLetters = await bench.topic('dead-letters', { partitions });
    return new Ledger({ input, output, snapshots, deadLetters, group: uniqueName('group') }, partitions, overrides);
  }

  constructor(names: LedgerNames, partitions: number, overrides: Partial<ProcessorDefinition> = {}) {
    this.input = names.input;
    this.output = names.output;
    this.partitions = partitions;
    this.definition = {
      group: names.group,
      input: names.input,
      snapshots: names.snapshots,
      snapshotVersion: 1,
      ...(names.deadLetters !== undefined && { deadLetters: names.deadLetters }),
      snapshotEveryMs: 600_000,
      task: (partition) => {
        const task = new LedgerTask(names.output, partition);
        this.tasks.set(partition, task);
        return task;
      },
      ...overrides,
    };
  }

  /** `count` records a minute for each of `keys` keys, and after each minute a marker in every partition. */
  minutes(from: number, to: number, keys = 10, count = 2): NewRecord[] {
    const records: NewRecord[] = [];
    for (let minute = from; minute < to; minute += 1) {
      const at = minute * 60_000;
      for (let i = 0; i < count; i += 1) {
        for (let key = 0; key < keys; key += 1) {
          const value = bytes(String(Math.sin(minute * 31 + key * 7 + i)));
          records.push({ topic: this.input, key: `key-${key}`, value, timestamp: at + i * 1_000 });
        }
      }
      for (let partition = 0; partition < this.partitions; partition += 1) {
        records.push({ topic: this.input, key: null, value: null, timestamp: at + 59_999, partition });
      }
    }
    return records;
  }

  /** Outputs and state of a run that nothing disturbed, computed without any log. */
  async undisturbed(bench: Bench): Promise<{ outputs: string[][]; states: unknown[] }> {
    const tasks = Array.from({ length: this.partitions }, (_, partition) => new LedgerTask(this.output, partition));
    for (const record of await bench.read(this.input)) {
      if (isPoison(record)) continue;
      tasks[record.partition]?.apply(record, { emit: () => {}, fresh: () => true });
    }
    return { outputs: tasks.map(({ emitted }) => emitted.map(lineOf)), states: tasks.map((task) => task.state()) };
  }

  async outputs(bench: Bench): Promise<string[][]> {
    const outputs: string[][] = Array.from({ length: this.partitions }, () => []);
    for (const record of await bench.read(this.output)) outputs[record.partition]?.push(lineOf(record));
    return outputs;
  }

  states(): unknown[] {
    return Array.from({ length: this.partitions }, (_, partition) => this.tasks.get(partition)?.state());
  }

  async caughtUp(bench: Bench): Promise<boolean> {
    const lag = await bench.log.lag(this.definition.group, this.input);
    return lag.every((place) => place.lag === 0);
  }
}

/** A record on which the task throws. */
export const isPoison = ({ key, value }: NewRecord): boolean => key !== null && Number.isNaN(Number(text(value)));

export const lineOf = ({ key, value, timestamp }: NewRecord): string => `${key} ${timestamp} ${text(value)}`;
