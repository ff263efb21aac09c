/**
 * Wakes readers when a topic got records. In the writing process at once; a read-only opening asks SQLite every few
 * milliseconds whether another process committed, and only while somebody waits.
 */
import type { StatementSync } from 'node:sqlite';
import type { LogFile } from './log-file.ts';

/** Readers in other processes see a record within 50 ms. */
const pollMs = 20;

export class WakeUps {
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #version: StatementSync | undefined;
  #timer: NodeJS.Timeout | undefined;
  #seen: unknown;

  constructor(log: LogFile) {
    if (log.mode === 'write') return;
    this.#version = log.database.prepare('PRAGMA data_version');
    this.#seen = this.#version.get()?.data_version;
  }

  /** Resolves when the topic may have changed, or when `abandon` is called. */
  wait(topic: string): { readonly woken: Promise<void>; abandon(): void } {
    let wake = (): void => {};
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const waiting = this.#waiting.get(topic) ?? new Set();
    this.#waiting.set(topic, waiting);
    waiting.add(wake);
    if (this.#version !== undefined) this.#timer ??= setInterval(() => this.#poll(), pollMs);
    return {
      woken,
      abandon: () => {
        waiting.delete(wake);
        wake();
        this.#rest();
      },
    };
  }

  wake(topic: string): void {
    const waiting = this.#waiting.get(topic);
    if (waiting === undefined || waiting.size === 0) return;
    this.#waiting.delete(topic);
    for (const wake of waiting) wake();
  }

  wakeAll(): void {
    for (const topic of [...this.#waiting.keys()]) this.wake(topic);
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
