import type { ChangeBasis, IntervalName, PrimedBar } from '@screener/market';
import type { ConditionNames } from '../condition-names.ts';
import type { RuleDefinition } from '../rule.ts';
import type { CandleTape } from './candle-tape.ts';
import type { Side } from './price-paths.ts';

/** An instrument and its past. */
export interface BacktestInstrument {
  /** `exchange:market:symbol` */
  readonly instrument: string;
  /** What it is priced in; undefined: not known. */
  readonly quote: string | undefined;
  readonly tape: CandleTape;
  /** Bars that closed before the first candle: what indicators begin with. */
  readonly primed: ReadonlyMap<IntervalName, readonly PrimedBar[]>;
}

export interface BacktestOptions {
  readonly rules: readonly RuleDefinition[];
  readonly changeBasis: ChangeBasis;
  readonly names?: ConditionNames;
  /** Alerts of minutes that begin from `from` on and before `to`, in ms. What is older warms up, what comes later is only looked at afterwards. */
  readonly from: number;
  readonly to: number;
  readonly side: Side;
  /** The same seed, the same random minutes. */
  readonly seed: number;
  readonly clusterMinutes: number;
  /** Every number is computed, not only those that the rules name; for comparison. */
  readonly everything?: boolean;
}
