/**
 * Steps that must never overlap, one after the other in the order in which they were asked for. After one that failed none
 * begins any more: all of them end with its cause.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  readonly #failed = new AbortController();

  /** Aborted when a step has failed. */
  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  take<T>(step: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => step());
    this.#last = turn;
    turn.catch(() => this.#failed.abort());
    return turn;
  }

  /** Resolves when every step is over; rejects with the cause of the one that failed. */
  async settled(): Promise<void> {
    await this.#last;
  }
}
