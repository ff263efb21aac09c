/** Time as the processor sees it: only for waiting and for watching over itself, never to decide what an event means. */
export interface Timers {
  /** Milliseconds that only ever rise. */
  now(): number;
  /** Calls once after `delayMs`; the answer takes it back. */
  after(delayMs: number, call: () => void): () => void;
}

export const systemTimers: Timers = {
  now: () => performance.now(),
  after: (delayMs, call) => {
    const timer = setTimeout(call, delayMs);
    return () => clearTimeout(timer);
  },
};
