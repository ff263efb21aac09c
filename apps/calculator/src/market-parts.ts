/** What one partition adds to the market-wide numbers: a row per instrument, gathered when the minute is over. */
import type { InstrumentMeasured } from '@screener/events';
import {
  type ChangeBasis,
  changePercent,
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
  const hour = windowOf(windows, intervalMinutes['1h']);
  const day = windowOf(windows, intervalMinutes['1d']);
  return {
    instrument,
    price,
    change_1h: finite(hour && changePercent(hour, basis)),
    change_1d: finite(day && changePercent(day, basis)),
    volume_1d: finite(day?.quoteVolume),
    vwap_1h: finite(hour && vwap(hour)),
  };
}

const windowOf = (windows: readonly Window[], minutes: number): Window | undefined =>
  windows.find((window) => window.minutes === minutes);

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;
