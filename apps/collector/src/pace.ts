/**
 * How often and how patiently this program itself works, by `AppContext.now`. All other waits stand for the exchange's
 * time; a simulation that runs faster gives us as many times longer here.
 */
import type { Timers } from '@screener/exchanges';

export interface Pace {
  /** How often everything is looked at. */
  readonly tickMs: number;
  /** What has arrived must also have been read before it counts as lacking. */
  readonly handledMs: number;
  readonly reportMs: number;
}

export const realPace: Pace = { tickMs: 25, handledMs: 500, reportMs: 1_000 };

/** Calls again and again, never twice at a time, until the returned function is called. */
export function repeat(timers: Timers, everyMs: number, call: () => void): () => void {
  let cancel = (): void => {};
  const wait = (): void => {
    cancel = timers.after(everyMs, () => {
      wait();
      call();
    });
  };
  wait();
  return () => cancel();
}
