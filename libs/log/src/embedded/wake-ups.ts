/**
 * Wakes readers when a topic got records. In the writing process at once; a read-only opening asks SQLite every few
 * milliseconds whether another process committed, and only while somebody waits.
 */
import type { StatementSync } from 'node:sqlite';
import type { LogFile } from './log-file.ts';

/** Readers in other processes see a record within 50 ms. */
const pollMs = 20;

interface Waiting {
  readonly partitions: ReadonlySet<number>;
  readonly wake: () => void;
}

export class WakeUps {
  readonly #waiting = new Map<string, Set<Waiting>>();
  readonly #version: StatementSync | undefined;
  #timer: NodeJS.Timeout | undefined;
  #seen: unknown;

  constructor(log: LogFile) {
    if (log.mode === 'write') return;
    this.#version = log.database.prepare('PRAGMA data_version');
    this.#seen = this.#version.get()?.data_version;
  }

  /** Resolves when one of the partitions may have got records, or when `abandon` is called. */
  wait(topic: string, partitions: ReadonlySet<number>): { readonly woken: Promise<void>; abandon(): void } {
    let wake = (): void => {};
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const waiting = this.#waiting.get(topic) ?? new Set();
    this.#waiting.set(topic, waiting);
    const one: Waiting = { partitions, wake };
    waiting.add(one);
    if (this.#version !== undefined) this.#timer ??= setInterval(() => this.#poll(), pollMs);
    return {
      woken,
      abandon: () => {
        waiting.delete(one);
        wake();
        this.#rest();
      },
    };
  }

  /** Whoever follows one partition is not concerned by the others: there may be dozens of them. */
  wake(topic: string, partitions: Iterable<number>): void {
    const waiting = this.#waiting.get(topic);
    if (waiting === undefined || waiting.size === 0) return;
    const changed = [...partitions];
    for (const one of waiting) {
      if (!changed.some((partition) => one.partitions.has(partition))) continue;
      waiting.delete(one);
      one.wake();
    }
  }

  wakeAll(): void {
    for (const waiting of this.#waiting.values()) {
      for (const { wake } of waiting) wake();
      waiting.clear();
    }
    this.#rest();
  }

  #poll(): void {
    const version = this.#version?.get()?.data_version;
    if (version === this.#seen) return;
    this.#seen = version;
    this.wakeAll();
  }

  #rest(): void {
    for (const waiting of this.#waiting.values()) if (waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
