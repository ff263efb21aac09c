/** Pushes the tickers of all that changed, where the exchange has such a stream and somebody listens. */
import type { DayTicker, DayTickers } from './day-tickers.ts';
import type { StreamApi } from './streams/stream-api.ts';
import type { StreamDialect } from './streams/stream-dialect.ts';
import type { MarketTruth } from './truth.ts';

export interface TickerFeedOptions {
  readonly market: MarketTruth;
  readonly tickers: DayTickers;
  readonly dialect: StreamDialect;
  readonly streams: StreamApi;
  /** Simulated time between two frames, as of now. */
  readonly everyMs: () => number;
}

export class TickerFeed {
  readonly #options: TickerFeedOptions;
  /** Trades told last, by symbol. */
  readonly #told = new Map<string, number>();
  #frame = -1;

  constructor(options: TickerFeedOptions) {
    this.#options = options;
  }

  advance(now: number): void {
    const { dialect, streams, everyMs } = this.#options;
    const frame = Math.floor(now / everyMs());
    if (dialect.tickers === undefined || frame === this.#frame) return;
    this.#frame = frame;
    for (const stream of streams.wanted) {
      if (dialect.channel(stream)?.kind !== 'all-tickers') continue;
      const changed = this.#changed(now);
      if (changed.length > 0) streams.send(stream, dialect.tickers(changed, now));
      return;
    }
  }

  #changed(now: number): readonly DayTicker[] {
    const { market, tickers } = this.#options;
    const changed: DayTicker[] = [];
    for (const instrument of market.instruments) {
      if (!market.known(instrument.symbol, now)) continue;
      const ticker = tickers.of(instrument);
      // Trades of the day fall out of the window as others come in: the latest price counts as well.
      const told = ticker.trades * 31 + ticker.close;
      if (ticker.trades === 0 || this.#told.get(instrument.symbol) === told) continue;
      this.#told.set(instrument.symbol, told);
      changed.push(ticker);
    }
    return changed;
  }
}
