import type { InstrumentRank, MarketClosed } from '@screener/events';

/** Fold over market.closed: its newest minute. */
export class MarketView {
  #newest: MarketClosed | undefined;
  /** Of the newest minute, by instrument; made when somebody asks. */
  #ranks: ReadonlyMap<string, InstrumentRank> | undefined;

  apply(event: MarketClosed): boolean {
    if (this.#newest && this.#newest.openTime > event.openTime) return false;
    this.#newest = event;
    this.#ranks = undefined;
    return true;
  }

  get newest(): MarketClosed | undefined {
    return this.#newest;
  }

  rankOf(instrument: string): InstrumentRank | undefined {
    this.#ranks ??= new Map(this.#newest?.ranks.map((rank) => [rank.instrument, rank]));
    return this.#ranks.get(instrument);
  }
}
