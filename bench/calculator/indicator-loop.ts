/** The loop that all indicator libraries are measured in. */
import { createHash } from 'node:crypto';
import type { Candle } from '@screener/market';
import { CandleSeries } from './bars.ts';

/** Of one series. */
export interface MeasuredIndicators {
  add(bar: Candle): void;
  /**
   * RSI, MACD line, signal and histogram, Bollinger bands (upper, middle, lower), EMA of 9, 20, 50, 200, ATR, and the
   * stochastic's %K smoothed by 3: what all of them have and compute alike. (The ADX of trading-signals is another than TA-Lib's.)
   */
  values(): readonly number[];
}

export interface IndicatorRun {
  readonly series: number;
  readonly bars: number;
}

/** So many bars later nobody can tell how an average was begun, in which libraries differ. */
const settledBars = 5_000;
const comparedEvery = 250;
/** Libraries add in different orders; and one rounds its RSI to two digits. */
const comparedDigits = 6;
/** A mean of prices has few digits, and may lie just where two roundings meet: this moves all values away from there. */
const offTies = 1 + 1.234_567_89e-7;
const rsiDecimals = 2;

export function measureIndicators(create: () => MeasuredIndicators, { series, bars }: IndicatorRun) {
  const all = Array.from({ length: series }, (_, index) => ({
    indicators: create(),
    candles: new CandleSeries(index + 1),
  }));
  const hash = createHash('sha256');
  let cpuUs = 0;
  let checksum = 0;
  for (let bar = 0; bar < settledBars + bars; bar += comparedEvery) {
    const batches = all.map(({ candles }) => Array.from({ length: comparedEvery }, () => candles.next()));
    const began = process.cpuUsage();
    for (let index = 0; index < comparedEvery; index += 1) {
      for (let each = 0; each < all.length; each += 1) {
        const { indicators } = all[each] as (typeof all)[number];
        indicators.add(batches[each]?.[index] as Candle);
        const [rsi = 0] = indicators.values();
        // Not warm for the first bars.
        if (rsi > 0) checksum += rsi;
      }
    }
    const { user, system } = process.cpuUsage(began);
    if (bar < settledBars) continue;
    cpuUs += user + system;
    for (const { indicators } of all) {
      const [rsi = Number.NaN, ...others] = indicators.values();
      hash.update(
        [rsi.toFixed(rsiDecimals), ...others.map((value) => (value * offTies).toPrecision(comparedDigits))].join(),
      );
    }
  }
  if (checksum === 0) throw new Error('no RSI was above 0');
  return { cpuUs, output: hash.digest('hex') };
}
