/**
 * One member of a group: begins a task for each partition it is given, begins it anew when it ended with an error that
 * may pass, and has stopped it for good before a partition is given up.
 */
import { reasonOf, ScreenerError } from '@screener/errors';
import type { AssignmentListener, Engine, Membership } from '../engine.ts';
import type { Notify } from '../notify.ts';
import type { Member } from '../port.ts';
import { systemTimers, type Timers } from '../timers.ts';

/** One life of a task, from take-over to its end. */
export interface Life {
  /** Aborted when the task has to end after the batch at hand. */
  readonly stop: AbortSignal;
  /** Taken over and caught up. */
  live(): void;
  /** Something was committed: earlier failures are forgotten. */
  progressed(): void;
  /** Something moves, though nothing is committed yet. */
  readonly alive: () => void;
}

export interface MemberOptions {
  readonly engine: Engine;
  readonly group: string;
  readonly input: string;
  readonly notify: Notify;
  /** Lives until `life.stop`; throws when the task has to be taken over again. */
  readonly run: (partition: number, life: Life) => Promise<void>;
  readonly closed?: () => Promise<void>;
}

const backOffFirstMs = 20;
const backOffMaxMs = 5_000;
/** Whoever was fenced waits until the group had time to say that the partition is somebody else's. */
const backOffFencedMs = 1_000;
/** An error that is not of the table is probably a fault of ours: it is not retried for ever. */
const unexplainedFailuresMax = 8;

interface RunningPartition {
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

export async function startMember(options: MemberOptions): Promise<Member> {
  const member = new GroupMember(options);
  await member.join();
  return member;
}

class GroupMember implements Member {
  readonly failed: Promise<never>;
  readonly #options: MemberOptions;
  readonly #running = new Map<number, RunningPartition>();
  readonly #live = new Set<number>();
  #membership: Membership | undefined;
  #closing: Promise<void> | undefined;
  #reject: (cause: unknown) => void = () => {};

  constructor(options: MemberOptions) {
    this.#options = options;
    this.failed = new Promise<never>((_, reject) => {
      this.#reject = reject;
    });
    // Whoever does not watch `failed` must not end the process by it.
    this.failed.catch(() => {});
  }

  async join(): Promise<void> {
    const { engine, group, input } = this.#options;
    const listener: AssignmentListener = {
      assigned: (partitions) => this.#assigned(partitions),
      revoked: (partitions) => this.#revoked(partitions),
      failed: (cause) => this.#fail(cause),
    };
    this.#membership = await engine.join(group, input, listener);
    if (this.#closing !== undefined) await this.#membership.leave();
  }

  partitions(): readonly number[] {
    return [...this.#live].sort((a, b) => a - b);
  }

  #assigned(partitions: readonly number[]): void {
    if (this.#closing !== undefined) return;
    for (const partition of partitions) {
      if (this.#running.has(partition)) continue;
      const stop = new AbortController();
      this.#running.set(partition, { stop, ended: this.#lives(partition, stop.signal) });
    }
  }

  async #revoked(partitions: readonly number[]): Promise<void> {
    await Promise.all(
      partitions.map(async (partition) => {
        const running = this.#running.get(partition);
        running?.stop.abort();
        await running?.ended;
        if (this.#running.get(partition) === running) this.#running.delete(partition);
      }),
    );
  }

  /** Cannot go on: ends everything, then tells. */
  #fail(cause: unknown): void {
    void this.close()
      .catch(() => {})
      .finally(() => this.#reject(cause));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // Begins in a later turn: a task that fails while it is being started must be known here.
    await Promise.resolve();
    await this.#revoked([...this.#running.keys()]);
    await this.#membership?.leave();
    await this.#options.closed?.();
  }

  async #lives(partition: number, stop: AbortSignal): Promise<void> {
    let failures = 0;
    const life: Life = {
      stop,
      live: () => this.#live.add(partition),
      progressed: () => {
        failures = 0;
      },
      alive: () => {},
    };
    // Never within the call of `assigned`: the engine is in the middle of a rebalance.
    await Promise.resolve();
    while (!stop.aborted) {
      try {
        await this.#options.run(partition, life);
        if (!stop.aborted) throw new Error('its input ended');
      } catch (cause) {
        if (stop.aborted) break;
        failures += 1;
        if (!canPass(cause, failures)) {
          this.#fail(cause);
          break;
        }
        const { group, input, notify } = this.#options;
        notify(`${group}: ${input} partition ${partition} is taken over again: ${reasonOf(cause)}`, cause);
        this.#live.delete(partition);
        await backOff(cause, failures, stop, this.#options.engine.timers ?? systemTimers);
      } finally {
        this.#live.delete(partition);
      }
    }
  }
}

function canPass(cause: unknown, failures: number): boolean {
  return cause instanceof ScreenerError ? cause.retryable : failures < unexplainedFailuresMax;
}

function backOff(cause: unknown, failures: number, stop: AbortSignal, timers: Timers): Promise<void> {
  const first = cause instanceof ScreenerError && cause.code === 'TASK_FENCED' ? backOffFencedMs : backOffFirstMs;
  const waitMs = Math.min(backOffMaxMs, first * 2 ** (failures - 1));
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      stop.removeEventListener('abort', done);
      resolve();
    };
    const cancel = timers.after(waitMs, done);
    stop.addEventListener('abort', done);
  });
}
