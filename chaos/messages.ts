/** What the harness and its worker processes say to each other over the IPC channel. */
import type { NewRecord } from '@screener/log';
import type { TaskState } from './workload/workload.ts';
import type { WorkloadName } from './workload/workloads.ts';

export interface WorkerSettings {
  readonly name: string;
  /** None: embedded. */
  readonly brokers: readonly string[] | undefined;
  readonly directory: string;
  /** A name that its successor goes on with (static membership). */
  readonly instance?: string;
  readonly workload: WorkloadName;
}

/** Partitions that are live now, by group. */
export type LivePartitions = Readonly<Record<string, readonly number[]>>;
export type StageStates = Readonly<Record<string, Readonly<Record<number, TaskState>>>>;

export type ToWorker =
  | { readonly type: 'states' }
  /** For the embedded engine: only the process that holds the log can write. */
  | { readonly type: 'append'; readonly id: number; readonly records: readonly NewRecord[] }
  | { readonly type: 'close' };

export type FromWorker =
  | { readonly type: 'live'; readonly live: LivePartitions }
  | { readonly type: 'states'; readonly states: StageStates }
  | { readonly type: 'appended'; readonly id: number; readonly reason?: string }
  /** Something the log said by itself. */
  | { readonly type: 'notice'; readonly text: string }
  /** It could not go on and says why. `explained`: an error of the table, after which a supervisor starts it anew. */
  | { readonly type: 'failed'; readonly explained: boolean; readonly text: string };
