/** What a backtest says of each rule: its alerts, what followed, and the same of random minutes. */
import type { AlertNumbers } from '../alert-numbers.ts';
import type { PriceLevel } from '../rule.ts';
import type { Comparison } from './compare-with-random.ts';

export interface BacktestAlert {
  readonly instrument: string;
  /** First ms of the minute at whose close it fired. */
  readonly openTime: number;
  /** Close of that minute. */
  readonly price: number;
  readonly numbers: AlertNumbers;
  /** Open of the minute after it, where a trade is entered; null: it has no candle. */
  readonly entryPrice: number | null;
  /** Gain in percent by horizon; null: the candles do not reach so far, or one is missing. */
  readonly returns: readonly (number | null)[];
  /** The worst it looked like on the way, in percent. */
  readonly drawdowns: readonly (number | null)[];
}

export interface HorizonResult extends Comparison {
  readonly minutes: number;
}

export interface RuleResult {
  readonly rule: string;
  readonly version: number;
  readonly title: string;
  readonly condition: string;
  /** null: a rule of its condition alone. */
  readonly priceLevel: PriceLevel | null;
  readonly parameters: Readonly<Record<string, number>>;
  /** In the order of their minutes, then of their instruments. */
  readonly alerts: readonly BacktestAlert[];
  /** Minutes of all instruments together in which it could have fired, because everything it reads was there. */
  readonly minutes: number;
  /** Of all instruments together. */
  readonly alertsPerDay: number;
  /** Share of the alerts with one of another instrument within `clusterMinutes`. */
  readonly clustered: number;
  /** Those that a trade could be made for. */
  readonly horizons: readonly HorizonResult[];
}
