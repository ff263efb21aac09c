/** A clock that runs as fast as the simulated exchange's, and waits that are as much shorter. */
import { realTimers, type Timers } from '@screener/exchanges';
import type { Pace } from '../pace.ts';

export interface AcceleratedClock {
  readonly now: () => number;
  readonly timers: Timers;
  /** What this process may take to do its own work does not shrink. */
  readonly pace: Pace;
  readonly speed: number;
}

/** What is allowed for by the wall clock. */
const real = { tickMs: 5, handledMs: 40, reportMs: 50 };

export function acceleratedClock(now: () => number, speed: number): AcceleratedClock {
  return {
    now,
    speed,
    timers: { after: (ms, call) => realTimers.after(ms / speed, call) },
    pace: { tickMs: real.tickMs * speed, handledMs: real.handledMs * speed, reportMs: real.reportMs * speed },
  };
}

/** The simulated clock as another process reads it: what it showed when the wall clock showed `wallTime`. */
export const clockSince = (simulatedTime: number, wallTime: number, speed: number): (() => number) => {
  return () => simulatedTime + (Date.now() - wallTime) * speed;
};
