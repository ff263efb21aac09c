/** What was traded in the last 24 hours, as of the last closed minute and the candle in progress. */
import { MINUTE_MS } from '@screener/market';
import type { BarFold } from './bar-fold.ts';
import type { Bars } from './bars.ts';
import type { SimulatedInstrument } from './catalogue.ts';
import type { MarketTruth } from './truth.ts';
import { stepsDone } from './units.ts';

export interface DayTicker {
  readonly instrument: SimulatedInstrument;
  readonly openTime: number;
  readonly closeTime: number;
  /** In ticks; 0 where nothing was ever traded. */
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** As numbers, not units. */
  readonly volume: number;
  readonly quoteVolume: number;
  readonly trades: number;
}

const dayMs = 1_440 * MINUTE_MS;

export class DayTickers {
  readonly #market: MarketTruth;
  readonly #bars: Bars;
  readonly #now: () => number;
  /** Of the minutes that are over, per symbol, as of the newest of them. */
  readonly #closed = new Map<string, { readonly newest: number; readonly fold: BarFold }>();

  constructor(market: MarketTruth, bars: Bars, now: () => number) {
    this.#market = market;
    this.#bars = bars;
    this.#now = now;
  }

  of(instrument: SimulatedInstrument): DayTicker {
    const { symbol, priceDecimals, amountDecimals } = instrument;
    const now = this.#now();
    const newest = Math.floor(now / MINUTE_MS) * MINUTE_MS;
    const openTime = Math.max(newest - dayMs, instrument.listedAt);
    let closed = this.#closed.get(symbol);
    if (closed?.newest !== newest) {
      const from = Math.ceil(openTime / MINUTE_MS) * MINUTE_MS;
      closed = { newest, fold: this.#bars.fold(symbol, from, newest) };
      this.#closed.set(symbol, closed);
    }
    const { fold } = closed;
    const present = this.#market.has(symbol, newest)
      ? this.#market.candle(symbol, newest, stepsDone(newest, now))
      : undefined;
    const amount = fold.amount + (present?.amount ?? 0);
    const value = fold.value + (present?.value ?? 0);
    const traded = fold.candles > 0;
    return {
      instrument,
      openTime,
      closeTime: now,
      open: traded ? fold.open : (present?.open ?? 0),
      high: Math.max(fold.high, present?.high ?? 0),
      low: traded ? Math.min(fold.low, present?.low ?? fold.low) : (present?.low ?? 0),
      close: present?.close ?? fold.close,
      volume: amount / 10 ** amountDecimals,
      quoteVolume: value / 10 ** (priceDecimals + amountDecimals),
      trades: fold.trades + (present?.trades ?? 0),
    };
  }
}
