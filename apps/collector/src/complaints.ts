/** Warnings that many instruments give at once: the first is said, the others of the same minute are counted. */
import { reasonOf } from '@screener/errors';
import type { Logger } from '@screener/service';

const windowMs = 60_000;

interface Window {
  readonly begin: number;
  readonly symbols: Set<string>;
  more: number;
  cause: unknown;
}

export class Complaints {
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #exchange: string;
  readonly #windows = new Map<string, Window>();

  constructor(logger: Logger, now: () => number, exchange: string) {
    this.#logger = logger;
    this.#now = now;
    this.#exchange = exchange;
  }

  /** `what`: of few kinds, such as `candles`. */
  add(what: string, symbol: string, cause: unknown): void {
    this.look();
    const window = this.#windows.get(what);
    if (window !== undefined) {
      window.more++;
      window.symbols.add(symbol);
      window.cause = cause;
      return;
    }
    this.#windows.set(what, { begin: this.#now(), symbols: new Set(), more: 0, cause });
    this.#say(`${what} of ${symbol} cannot be fetched`, cause);
  }

  /** Says what is due; called again and again. */
  look(): void {
    for (const [what, { begin, symbols, more, cause }] of this.#windows) {
      if (this.#now() - begin < windowMs) continue;
      this.#windows.delete(what);
      if (more > 0) this.#say(`${what} of ${symbols.size} instruments could not be fetched, ${more} times`, cause);
    }
  }

  #say(text: string, cause: unknown): void {
    const advice =
      'they are asked for again; if it goes on, look at the network and at the status page of the exchange';
    this.#logger.warn(`${this.#exchange}: ${text}: ${reasonOf(cause)}; ${advice}`, { cause });
  }
}
