/** What one partition adds to the market-wide numbers: a row per instrument, gathered when the minute is over. */
import type { InstrumentMeasured } from '@screener/events';
import {
  type ChangeBasis,
  changePercent,
  type IntervalName,
  intervalMinutes,
  type MinuteMetrics,
  vwap,
  type Window,
} from '@screener/market';

export type MinuteNumbers = Pick<MinuteMetrics, 'price' | 'windows'>;

export function measureInstrument(
  instrument: string,
  { price, windows }: MinuteNumbers,
  basis: ChangeBasis,
): InstrumentMeasured {
  const windowOf = (interval: IntervalName): Window | undefined =>
    windows.find((window) => window.minutes === intervalMinutes[interval]);
  const change = (interval: IntervalName): number | null => {
    const window = windowOf(interval);
    return finite(window && changePercent(window, basis));
  };
  const hour = windowOf('1h');
  return {
    instrument,
    price,
    change_5m: change('5m'),
    change_15m: change('15m'),
    change_1h: change('1h'),
    change_4h: change('4h'),
    change_1d: change('1d'),
    volume_1h: finite(hour?.quoteVolume),
    volume_1d: finite(windowOf('1d')?.quoteVolume),
    vwap_1h: finite(hour && vwap(hour)),
  };
}

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;
