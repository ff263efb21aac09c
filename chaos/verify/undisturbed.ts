/**
 * The undisturbed run: the same tasks over the same input, with no log, no member and no restart in between. When a rule
 * reaches a task depends on the clock, so the run under test recorded where it did; this one obeys the same marks, and
 * everything else has to follow from the input alone.
 */
import type { SideOffsetsTaken } from '@screener/events';
import { type LogRecord, partitionOf } from '@screener/log';
import type { ViolationList } from '../violations.ts';
import { createTask, type StageTask, stateOf, type TaskState } from '../workload/definitions.ts';
import { rulesTopic, type Stage } from '../workload/names.ts';
import { SequenceBuilder, type Sequences } from './compare.ts';
import { byPartition, type SideHistory } from './contents.ts';

export interface Undisturbed {
  readonly outputs: Sequences;
  readonly states: readonly TaskState[];
}

const minuteMs = 60_000;

export function runUndisturbed(
  stage: Stage,
  partitions: number,
  input: readonly LogRecord[],
  side: SideHistory,
  violations: ViolationList,
): Undisturbed {
  const outputs = new SequenceBuilder();
  const states = byPartition(input, partitions).map((records, partition) => {
    const task = createTask(stage, partition);
    const marks = side.marks
      .filter((mark) => mark.partition === partition)
      .sort((a, b) => a.inputOffset - b.inputOffset);
    const pass = new MarkPasser(`${stage.name} ${partition}`, task, marks, side.rules, violations);
    for (const record of records) {
      pass.before(record);
      task.apply(record, {
        emit: ({ key, value, timestamp, partition: chosen }) =>
          outputs.add(chosen ?? partitionOf(key, partitions), key, timestamp, value),
        fresh: () => true,
      });
    }
    pass.finished();
    return stateOf(task);
  });
  return { outputs: outputs.sequences, states };
}

/** Feeds the side records that a mark names, and checks that marks stand only where a minute opens and never go back. */
class MarkPasser {
  readonly #where: string;
  readonly #task: StageTask;
  readonly #marks: SideOffsetsTaken[];
  readonly #rules: readonly LogRecord[];
  readonly #violations: ViolationList;
  readonly #used: number[] = [];
  #minute = Number.NEGATIVE_INFINITY;

  constructor(
    where: string,
    task: StageTask,
    marks: readonly SideOffsetsTaken[],
    rules: readonly LogRecord[],
    violations: ViolationList,
  ) {
    this.#where = where;
    this.#task = task;
    this.#marks = [...marks];
    this.#rules = rules;
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
      this.#apply(mark.sides[rulesTopic] ?? []);
    }
  }

  finished(): void {
    for (const { inputOffset } of this.#marks) {
      this.#violations.add('side', `${this.#where}: a mark at ${inputOffset}, beyond the input`);
    }
  }

  #apply(next: readonly number[]): void {
    for (const [partition, end] of next.entries()) {
      const from = this.#used[partition] ?? 0;
      if (end < from) this.#violations.add('side', `${this.#where}: a mark goes back from ${from} to ${end}`);
      for (const record of this.#rules) {
        if (record.partition === partition && record.offset >= from && record.offset < end)
          this.#task.applySide(record);
      }
      this.#used[partition] = end;
    }
  }
}
