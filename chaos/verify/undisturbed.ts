/**
 * The undisturbed run: the same tasks over the same input, with no log, no member and no restart in between. When a rule
 * reaches a task depends on the clock, so the run under test recorded where it did; this one obeys the same marks, and
 * everything else has to follow from the input alone.
 */
import type { SideOffsetsTaken } from '@screener/events';
import type { LogRecord, Task } from '@screener/log';
import type { ViolationList } from '../violations.ts';
import type { Stage, TaskState, Workload } from '../workload/workload.ts';
import type { SideHistory } from './contents.ts';
import { OutputSequences } from './output-sequences.ts';

export interface Undisturbed {
  readonly outputs: OutputSequences;
  readonly states: readonly TaskState[];
}

export interface UndisturbedOptions {
  readonly stage: Stage;
  readonly stateOf: Workload['stateOf'];
  /** In order per partition. */
  readonly input: AsyncIterable<LogRecord>;
  readonly side: SideHistory;
  readonly violations: ViolationList;
}

const minuteMs = 60_000;

export async function runUndisturbed(options: UndisturbedOptions): Promise<Undisturbed> {
  const { stage, stateOf, input, side, violations } = options;
  const { definition, partitions } = stage;
  const outputs = new OutputSequences(stage);
  const tasks = Array.from({ length: partitions }, (_, partition) => {
    const task = definition.task(partition);
    const marks = side.marks
      .filter((mark) => mark.partition === partition)
      .sort((a, b) => a.inputOffset - b.inputOffset);
    return { task, pass: new MarkPasser(`${definition.group} ${partition}`, task, marks, side.records, violations) };
  });
  for await (const record of input) {
    const own = tasks[record.partition];
    if (own === undefined) throw new Error(`${definition.input} has a partition ${record.partition}`);
    own.pass.before(record);
    own.task.apply(record, {
      emit: (output) => outputs.add(record.partition, output),
      fresh: () => true,
    });
  }
  for (const { pass } of tasks) pass.finished();
  return { outputs, states: tasks.map(({ task }) => stateOf(task)) };
}

/** Feeds the side records that a mark names, and checks that marks stand only where a minute opens and never go back. */
class MarkPasser {
  readonly #where: string;
  readonly #task: Task;
  readonly #marks: SideOffsetsTaken[];
  readonly #records: ReadonlyMap<string, readonly LogRecord[]>;
  readonly #violations: ViolationList;
  /** By topic, then by partition. */
  readonly #used = new Map<string, number[]>();
  #minute = Number.NEGATIVE_INFINITY;

  constructor(
    where: string,
    task: Task,
    marks: readonly SideOffsetsTaken[],
    records: ReadonlyMap<string, readonly LogRecord[]>,
    violations: ViolationList,
  ) {
    this.#where = where;
    this.#task = task;
    this.#marks = [...marks];
    this.#records = records;
    this.#violations = violations;
  }

  before({ offset, timestamp }: LogRecord): void {
    const minute = Math.floor(timestamp / minuteMs);
    const opens = minute > this.#minute;
    this.#minute = Math.max(this.#minute, minute);
    for (let mark = this.#marks[0]; mark !== undefined && mark.inputOffset <= offset; mark = this.#marks[0]) {
      this.#marks.shift();
      if (mark.inputOffset !== offset || !opens || mark.openTime !== minute * minuteMs) {
        this.#violations.add('side', `${this.#where}: a mark at ${mark.inputOffset}, where no minute opens`);
      }
      for (const [topic, next] of Object.entries(mark.sides)) this.#apply(topic, next);
    }
  }

  finished(): void {
    for (const { inputOffset } of this.#marks) {
      this.#violations.add('side', `${this.#where}: a mark at ${inputOffset}, beyond the input`);
    }
  }

  #apply(topic: string, next: readonly number[]): void {
    const used = this.#used.get(topic) ?? [];
    this.#used.set(topic, used);
    for (const [partition, end] of next.entries()) {
      const from = used[partition] ?? 0;
      if (end < from) this.#violations.add('side', `${this.#where}: a mark goes back from ${from} to ${end}`);
      for (const record of this.#records.get(topic) ?? []) {
        if (record.partition === partition && record.offset >= from && record.offset < end)
          this.#task.applySide?.(record);
      }
      used[partition] = end;
    }
  }
}
