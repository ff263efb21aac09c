/** Flat numbers of a minute in the form that hand-written conditions read; absent ones are NaN, with which nothing holds. */
import { metricReader } from '@screener/market';
import type { HandWrittenCandle, HandWrittenMinute } from './hand-written.ts';
import type { MinuteInContext } from './preset-loop.ts';
import type { MeasuredMinute } from './seeded-minutes.ts';

export function handWrittenMinute({ current, previous, last }: MinuteInContext): HandWrittenMinute {
  const read = metricReader(current.metrics, 'open');
  const number = (name: string): number => read(name) ?? Number.NaN;
  return {
    change_5m: number('change_5m'),
    change_15m: number('change_15m'),
    change_1h: number('change_1h'),
    change_8h: number('change_8h'),
    change_1d: number('change_1d'),
    volume_5m: number('volume_5m'),
    volume_15m: number('volume_15m'),
    volume_1h: number('volume_1h'),
    volume_8h: number('volume_8h'),
    volume_1d: number('volume_1d'),
    taker_share_15m: number('taker_share_15m'),
    rsi_5m: number('rsi_5m'),
    rsi_1h: number('rsi_1h'),
    previous_rsi_1h: metricReader(previous.metrics, 'open')('rsi_1h') ?? Number.NaN,
    atr_5m: number('atr_5m'),
    atr_mean_5m: number('atr_mean_5m'),
    high_5m: number('high_5m'),
    low_5m: number('low_5m'),
    close_5m: number('close_5m'),
    high_8h: number('high_8h'),
    low_8h: number('low_8h'),
    candles: last.map(candleOf),
  };
}

export function candleOf({ metrics }: MeasuredMinute): HandWrittenCandle {
  const window = metrics.windows.find(({ minutes }) => minutes === 1);
  if (window === undefined) throw new Error('a minute without its own window');
  const { open, high, low, close, quoteVolume } = window;
  return { open, high, low, close, quoteVolume };
}
