import { setTimeout as delay } from 'node:timers/promises';

/** Waits between attempts: the first are short, because most of what we wait for takes a few milliseconds. */
const FIRST_DELAY_MS = 2;
const DELAY_MS_MAX = 250;

export class Backoff {
  readonly #until: number;
  #delayMs = FIRST_DELAY_MS;

  constructor(timeoutMs: number) {
    this.#until = performance.now() + timeoutMs;
  }

  get exhausted(): boolean {
    return performance.now() >= this.#until;
  }

  async wait(signal?: AbortSignal): Promise<void> {
    const delayMs = this.#delayMs;
    this.#delayMs = Math.min(delayMs * 2, DELAY_MS_MAX);
    await delay(delayMs, undefined, { signal, ref: true }).catch(() => {});
  }
}
