/** What runs, what it is fed and what is compared: all that the harness knows of it. */

import type { Log, LogRecord, NewRecord, ProcessorDefinition, Task, Topology } from '@screener/log';
import type { App } from '@screener/service';
import type { ViolationList } from '../violations.ts';
import type { FedMinute } from './fed-minute.ts';

/** One consumer group of the run. */
export interface Stage {
  readonly definition: ProcessorDefinition;
  /** Of its input. */
  readonly partitions: number;
  /** Topics that its tasks write. */
  readonly outputs: readonly string[];
  /** Records of those topics that come of no task, but of somebody who looks at the clock. */
  readonly isAside?: (record: LogRecord) => boolean;
}

/** A task's state in a form that two runs can be compared by, and people can read where it is short. */
export interface TaskState {
  readonly keys: Readonly<Record<string, string>>;
  /** Versions of the rules in force; none where there is no side input. */
  readonly rules: readonly number[];
}

/** A side input that changes all the time. */
export interface SideChanges {
  readonly rules: number;
  recordOf(rule: { readonly rule: number; readonly version: number; readonly factor: number }): NewRecord;
}

/** What a worker runs. */
export interface Victim {
  readonly app: App;
  stateOf(task: Task): TaskState;
}

export interface Workload extends Victim {
  readonly topology: Topology;
  /** A stage may read what one before it writes. */
  readonly stages: readonly Stage[];
  readonly minutesPerSecond: number;
  readonly sideChanges?: SideChanges;
  /** The same for the same seed, minute by minute. */
  stream(seed: number): () => FedMinute;
  /** Running number of an entry as the stream gave it; undefined for a marker; -1 for what the stream never gave. */
  numberOf(record: LogRecord): number | undefined;
  /** What else must never be among the outputs. */
  judge?(log: Log, violations: ViolationList): Promise<void>;
}

/** Topics of which every event is compared: the first input and all outputs. */
export function comparedTopics({ stages }: Pick<Workload, 'stages'>): readonly string[] {
  return [
    ...new Set([
      ...stages.slice(0, 1).map(({ definition }) => definition.input),
      ...stages.flatMap(({ outputs }) => outputs),
    ]),
  ];
}

export const partitionsOfAll = ({ stages }: Pick<Workload, 'stages'>): number =>
  stages.reduce((sum, { partitions }) => sum + partitions, 0);
