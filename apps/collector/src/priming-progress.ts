/** Says what priming will take when there is something to prime, and what it took in the end. */
import type { Logger } from '@screener/service';
import type { ExchangeFeed } from './exchange-feed.ts';
import { type Priming, primingText } from './report.ts';

interface UnderWay {
  readonly startedAt: number;
  readonly instruments: number;
  /** Said, because no more came to it meanwhile. */
  said: boolean;
}

export class PrimingProgress {
  readonly #priming: Priming;
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #underWay = new Map<ExchangeFeed, UnderWay>();

  constructor(priming: Priming, logger: Logger, now: () => number) {
    this.#priming = priming;
    this.#logger = logger;
    this.#now = now;
  }

  look(feed: ExchangeFeed): void {
    const under = this.#underWay.get(feed);
    const instruments = feed.tracked.length;
    const wanted = feed.tracked.filter((one) => !one.primed || one.intervalsWanted.length > 0).length;
    if (under === undefined) {
      if (wanted > 0) this.#underWay.set(feed, { startedAt: this.#now(), instruments, said: false });
      return;
    }
    // Partitions come one after the other.
    if (!under.said && instruments > under.instruments) this.#underWay.set(feed, { ...under, instruments });
    else if (!under.said) {
      under.said = true;
      this.#begun(feed);
    }
    if (wanted > 0) return;
    this.#underWay.delete(feed);
    const minutes = ((this.#now() - under.startedAt) / 60_000).toFixed(1);
    this.#logger.info(`${feed.name}: ${instruments} instruments primed and caught up, which took ${minutes} min`);
  }

  #begun(feed: ExchangeFeed): void {
    const fresh = feed.tracked.filter((one) => one.fresh).length;
    const text = `${feed.name}: ${feed.tracked.length} instruments, all known: fetching what passed meanwhile`;
    this.#logger.info(fresh > 0 ? primingText(feed, fresh, this.#priming) : text);
  }
}
