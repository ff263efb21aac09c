import type { Timers } from '../timers.ts';

/** Waits `waitMs`, or until `stop` is aborted. */
export function pause(timers: Timers, waitMs: number, stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve();
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
