/** Says what priming will take when there is something to prime, and what it took in the end. */
import type { Logger } from '@screener/service';
import type { ExchangeFeed } from './exchange-feed.ts';
import { type Priming, primingText } from './report.ts';

interface Under {
  readonly startedAt: number;
  instruments: number;
}

export class PrimingProgress {
  readonly #priming: Priming;
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #underWay = new Map<ExchangeFeed, Under>();

  constructor(priming: Priming, logger: Logger, now: () => number) {
    this.#priming = priming;
    this.#logger = logger;
    this.#now = now;
  }

  look(feed: ExchangeFeed): void {
    const fresh = feed.tracked.filter((one) => !one.primed && one.sequence.next === undefined).length;
    const wanted = feed.tracked.filter((one) => !one.primed || one.intervalsWanted.length > 0).length;
    const under = this.#underWay.get(feed);
    if (under === undefined && wanted > 0) {
      this.#underWay.set(feed, { startedAt: this.#now(), instruments: wanted });
      if (fresh > 0) this.#logger.info(primingText(feed, fresh, this.#priming));
      else this.#logger.info(`${feed.name}: ${wanted} known instruments, fetching what passed meanwhile`);
    } else if (under !== undefined && wanted === 0) {
      this.#underWay.delete(feed);
      const minutes = ((this.#now() - under.startedAt) / 60_000).toFixed(1);
      this.#logger.info(
        `${feed.name}: ${under.instruments} instruments primed and caught up, which took ${minutes} min`,
      );
    } else if (under !== undefined) under.instruments = Math.max(under.instruments, wanted);
  }
}
