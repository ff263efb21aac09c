/** Looks again and again, one look at a time: a slow answer delays the next look instead of piling looks up. */
export interface Polling {
  /** Resolves when the look under way has ended. */
  stop(): Promise<void>;
}

export interface PollingOptions {
  readonly everyMs: number;
  readonly look: () => Promise<void>;
  /** What is said of a look that failed; the next one follows all the same. */
  readonly failed?: (cause: unknown) => void;
}

/** The first look is at once. */
export function startPolling({ everyMs, look, failed = () => undefined }: PollingOptions): Polling {
  let underway: Promise<void> | undefined;
  const tick = (): void => {
    underway ??= look()
      .catch(failed)
      .finally(() => {
        underway = undefined;
      });
  };
  const timer = setInterval(tick, everyMs);
  tick();
  return {
    async stop() {
      clearInterval(timer);
      await underway;
    },
  };
}
