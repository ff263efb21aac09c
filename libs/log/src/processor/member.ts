/**
 * One member of a group: begins a task for each partition it is given, begins it anew when it ended with an error that
 * may pass, and has stopped it for good before a partition is given up.
 */
import { reasonOf, ScreenerError } from '@screener/errors';
import type { AssignmentListener, Engine, Membership } from '../engine.ts';
import type { Notify } from '../notify.ts';
import type { Member } from '../port.ts';
import { systemTimers, type Timers } from '../timers.ts';
import { pause } from './pause.ts';
import { Watchdog } from './watchdog.ts';

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
  /** A life that shows no sign while the input grows is ended, and another begun. Not where one step may take minutes. */
  readonly watched: boolean;
  readonly closed?: () => Promise<void>;
}

const backOffFirstMs = 20;
const backOffMaxMs = 5_000;
/** Whoever was fenced waits until the group had time to say that the partition is somebody else's. */
const backOffFencedMs = 1_000;
/** An error that is not of the table is probably a fault of ours: it is not retried for ever. */
const unexplainedFailuresMax = 8;
/** What stood still may never end: so long it may, and then it is left alone. The next take-over fences it. */
const stuckGraceMs = 5_000;

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
  readonly #watchdog: Watchdog;
  readonly #watching = new AbortController();
  #membership: Membership | undefined;
  #closing: Promise<void> | undefined;
  #reject: (cause: unknown) => void = () => {};

  constructor(options: MemberOptions) {
    this.#options = options;
    this.#watchdog = new Watchdog(options.engine, options);
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
    if (this.#options.watched) void this.#watchdog.run(this.#watching.signal);
    if (this.#closing !== undefined) await this.#membership.leave();
  }

  partitions(): readonly number[] {
    return [...this.#live].sort((a, b) => a - b);
  }

  #assigned(partitions: readonly number[]): void {
    if (this.#closing !== undefined) return;
    for (const partition of partitions) {
      const before = this.#running.get(partition);
      if (before !== undefined && !before.stop.signal.aborted) continue;
      const stop = new AbortController();
      // A group does not wait for ever until what it takes is settled, and may give it back before that.
      this.#running.set(partition, { stop, ended: this.#lives(partition, stop.signal, before?.ended) });
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
    this.#watching.abort();
    await this.#membership?.leave();
    await this.#options.closed?.();
  }

  async #lives(partition: number, stop: AbortSignal, before: Promise<void> | undefined): Promise<void> {
    const count: Failures = { inRow: 0 };
    // Never within the call of `assigned`: the engine is in the middle of a rebalance.
    await before;
    while (!stop.aborted) {
      try {
        await this.#lifeOf(partition, stop, count);
        if (!stop.aborted) throw new Error('its input ended');
      } catch (cause) {
        if (stop.aborted) break;
        count.inRow += 1;
        if (!canPass(cause, count.inRow)) {
          this.#fail(cause);
          break;
        }
        const { group, input, notify } = this.#options;
        notify(`${group}: ${input} partition ${partition} is taken over again: ${reasonOf(cause)}`, cause);
        await pause(this.#timers, backOffMs(cause, count.inRow), stop);
      }
    }
  }

  async #lifeOf(partition: number, stop: AbortSignal, failures: Failures): Promise<void> {
    const ending = new AbortController();
    const watched = this.#watchdog.watch(partition);
    // One that stood still and was left alone has nothing to say any more.
    const unlessOver = (then: () => void) => (): void => {
      if (!ending.signal.aborted) then();
    };
    const running = this.#options.run(partition, {
      stop: AbortSignal.any([stop, ending.signal]),
      live: unlessOver(() => this.#live.add(partition)),
      progressed: unlessOver(() => {
        failures.inRow = 0;
        watched.alive();
      }),
      alive: watched.alive,
    });
    const over = new AbortController();
    running.then(
      () => over.abort(),
      () => over.abort(),
    );
    try {
      await Promise.race([running, watched.stuck]);
    } finally {
      this.#live.delete(partition);
      this.#watchdog.forget(watched);
      ending.abort();
      await pause(this.#timers, stuckGraceMs, over.signal);
    }
  }

  get #timers(): Timers {
    return this.#options.engine.timers ?? systemTimers;
  }
}

/** Of one partition, since something was committed. */
interface Failures {
  inRow: number;
}

function canPass(cause: unknown, failures: number): boolean {
  return cause instanceof ScreenerError ? cause.retryable : failures < unexplainedFailuresMax;
}

function backOffMs(cause: unknown, failures: number): number {
  const first = cause instanceof ScreenerError && cause.code === 'TASK_FENCED' ? backOffFencedMs : backOffFirstMs;
  return Math.min(backOffMaxMs, first * 2 ** (failures - 1));
}
