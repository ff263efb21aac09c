import type { IntervalName } from '../interval.ts';
import { adx } from './adx.ts';
import { atr } from './atr.ts';
import { atrMean } from './atr-mean.ts';
import { bollinger } from './bollinger.ts';
import { ema } from './ema.ts';
import { ichimoku } from './ichimoku.ts';
import type { Indicator } from './indicator.ts';
import { macd } from './macd.ts';
import { mfi } from './mfi.ts';
import { obv } from './obv.ts';
import { rsi } from './rsi.ts';
import { stochastic } from './stochastic.ts';
import { supertrend } from './supertrend.ts';

/** Bars that indicators may run on: a closed one is a rolling window that ends where the clock's bar ends. */
export type IndicatorInterval = Exclude<IntervalName, '3m' | '1w'>;

export interface IndicatorRow {
  readonly name: string;
  readonly indicator: Indicator;
  readonly intervals: readonly IndicatorInterval[];
}

const intervals = ['1m', '5m', '15m', '1h', '4h', '8h', '1d'] as const satisfies IndicatorInterval[];

/**
 * Every indicator and the bars it runs on. One file and one row each; what metrics events carry of it has its field in
 * schemas/MetricsClosed.avsc, and a test names what has none.
 */
export const fullIndicatorTable: readonly IndicatorRow[] = [
  { name: 'rsi', indicator: rsi, intervals },
  { name: 'macd', indicator: macd, intervals },
  { name: 'bollinger', indicator: bollinger, intervals },
  { name: 'ema9', indicator: ema(9), intervals },
  { name: 'ema20', indicator: ema(20), intervals },
  { name: 'ema50', indicator: ema(50), intervals },
  { name: 'ema200', indicator: ema(200), intervals },
  { name: 'atr', indicator: atr, intervals },
  // The volatility preset asks for it. On every interval it would cost 60 bytes of each metrics event.
  { name: 'atr_mean', indicator: atrMean, intervals: ['5m'] },
  { name: 'adx', indicator: adx, intervals },
  { name: 'stochastic', indicator: stochastic, intervals },
  { name: 'obv', indicator: obv, intervals },
  { name: 'mfi', indicator: mfi, intervals },
  { name: 'ichimoku', indicator: ichimoku, intervals },
  { name: 'supertrend', indicator: supertrend, intervals },
];

/** What metrics events carry: flat names, documentation and the rule language follow this table. */
export const indicatorTable: readonly IndicatorRow[] = fullIndicatorTable;
