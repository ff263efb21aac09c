/** Exponential back-off with full jitter: many clients that failed together do not come back together. */
export interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
}

/** `failures` in a row so far, from 1; `random` from 0 to 1. */
export const backoffMs = ({ baseMs, maxMs }: Backoff, failures: number, random: () => number): number =>
  Math.round(random() * Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 30)));
