import type { BarIndicators } from './bar-indicators.ts';
import type { Statistics } from './statistics/statistic-table.ts';
import type { ChangeBasis, Window } from './window.ts';

/** What flat names are read from; closed and live metrics events both have it. */
export interface MetricsSource {
  readonly price: number;
  readonly windows: readonly Window[];
  readonly indicators?: readonly BarIndicators[] | undefined;
  readonly statistics?: Statistics | null | undefined;
}

/** Optional columns of a candle that a number needs. */
export type CandleNeed = 'volume' | 'quoteVolume' | 'trades' | 'takerBuyQuoteVolume';

/** One number under the name that rules, analysts and the page use for it. */
export interface FlatMetric {
  readonly name: string;
  /** What it is, in one line for people. */
  readonly about: string;
  readonly unit: 'price' | 'percent' | 'base' | 'quote' | 'share' | 'number' | 'count';
  /** Bar or window it is about, for example `1h`; absent for `price`. */
  readonly interval?: string;
  /** So many closed minutes it follows from; absent where it reaches back to the beginning, as indicators do. */
  readonly minutes?: number;
  /** Lengths in minutes of the windows that it is read from; absent where it is read from something else. */
  readonly windows?: readonly number[];
  /** A rolling window, an indicator of closed bars, a number over the last day's minutes, or the price. */
  readonly source: 'price' | 'window' | 'indicator' | 'statistic';
  readonly needs: readonly CandleNeed[];
  /** Another newest price makes it another number, with the same ranges and volumes. */
  readonly movesWithPrice?: boolean | undefined;
  /** undefined: absent (the window is not full, the indicator not warm, the quotient not defined). */
  read(metrics: MetricsSource, basis: ChangeBasis): number | undefined;
}
