/** Candles of any of our intervals, from whatever bars the exchange has. */
import {
  aggregateCandles,
  barOpenTime,
  type Candle,
  type IntervalName,
  intervalMinutes,
  MINUTE_MS,
} from '@screener/market';
import type { Capabilities, KlineRange, ProblemListener } from '../exchange.ts';
import { type KlinePage, klinePages, nextOpenTime } from './kline-plan.ts';
import { type NativeInterval, nativeInterval } from './native-interval.ts';

/** One request for bars that the exchange has itself. */
export interface KlineRequest extends KlinePage {
  readonly symbol: string;
  /** As the exchange writes it. */
  readonly code: string;
  readonly problem: ProblemListener;
}

export interface KlineFetcher {
  readonly capabilities: Pick<Capabilities, 'intervals' | 'intervalCodes' | 'klineSources'>;
  /** Our best guess of the exchange's time. */
  readonly now: () => number;
  readonly fetch: (request: KlineRequest) => Promise<readonly Candle[]>;
}

export async function* fetchKlines(
  { symbol, interval = '1m', from, to, problem = () => {} }: KlineRange,
  { capabilities, now, fetch }: KlineFetcher,
): AsyncGenerator<readonly Candle[]> {
  const { intervals, intervalCodes, klineSources } = capabilities;
  const native = nativeInterval(interval, intervals);
  const range = { minutes: native.minutes, ...partsOf(interval, from, to, native) };
  const code = intervalCodes[native.name] ?? native.name;
  let parts: readonly Candle[] = [];
  for (const page of klinePages(klineSources, range, now())) {
    const candles = await fetch({ ...page, symbol, code, problem });
    if (native.parts === 1) yield candles;
    else {
      parts = [...parts, ...candles];
      const last = barOpenTime(parts.at(-1)?.openTime ?? 0, intervalMinutes[interval]);
      const whole = parts.filter(({ openTime }) => openTime < last);
      parts = parts.slice(whole.length);
      yield wholeBars(whole, interval, native, Number.NEGATIVE_INFINITY);
    }
  }
  if (parts.length > 0) yield wholeBars(parts, interval, native, now());
}

/** Whole bars of ours that open within the range, in parts. */
function partsOf(interval: IntervalName, from: number, to: number, native: NativeInterval) {
  const minutes = intervalMinutes[interval];
  const lastPartMs = (minutes - native.minutes) * MINUTE_MS;
  return { from: nextOpenTime(from, minutes), to: barOpenTime(to, minutes) + lastPartMs };
}

/** Of all their parts; the bar that is open at `now` of those that there are, if none before them is lacking. */
function wholeBars(
  parts: readonly Candle[],
  interval: IntervalName,
  native: NativeInterval,
  now: number,
): readonly Candle[] {
  const minutes = intervalMinutes[interval];
  return aggregateCandles(parts, minutes).flatMap(({ minutes: _, candles, ...bar }) => {
    if (candles === native.parts) return bar;
    const open = bar.openTime + minutes * MINUTE_MS > now;
    const newest = parts.findLast(({ openTime }) => openTime < bar.openTime + minutes * MINUTE_MS)?.openTime ?? 0;
    const contiguous = newest === bar.openTime + (candles - 1) * native.minutes * MINUTE_MS;
    return open && contiguous ? bar : [];
  });
}
