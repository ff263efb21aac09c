import type { IntervalName } from '../interval.ts';
import type { Indicator } from './indicator.ts';
import { rsi } from './rsi.ts';

/** Bars that indicators may run on: a closed one is a rolling window that ends where the clock's bar ends. */
export type IndicatorInterval = Exclude<IntervalName, '3m' | '1w'>;

export interface IndicatorRow {
  readonly name: string;
  readonly indicator: Indicator;
  readonly intervals: readonly IndicatorInterval[];
}

/** Every indicator and the bars it runs on. Flat names, documentation and the rule language follow this table. */
export const indicatorTable: readonly IndicatorRow[] = [{ name: 'rsi', indicator: rsi, intervals: ['1h'] }];
