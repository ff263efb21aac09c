import type { BarsPrimed } from '@screener/events';
import { type Candle, columnsOfCandles } from '@screener/market';

/** Bars as the collector writes them, column by column. */
export const barsPrimed = (instrument: string, interval: string, bars: readonly Candle[]): BarsPrimed => ({
  instrument,
  interval,
  ...columnsOfCandles(bars),
});
