/** What a subscription listens to. */
export interface Source {
  /**
   * latest: one who fell behind is told the whole as it is now, what came between is left out.
   * each: every value counts; one who falls too far behind is cut off.
   */
  readonly kind: 'latest' | 'each';
  /** Of each: so many may wait for a subscriber before it is cut off, where bursts are part of it. */
  readonly waitingMost?: number;
  /** The whole as it is now, for one who joins (or fell behind); undefined: there is nothing to tell yet. */
  current(): unknown;
  /** Returns how to stop listening. */
  listen(listener: (value: unknown) => void): () => void;
}
