/** Bars of any chart interval from the minutes in memory, the one in progress, and the database for what is older. */
import { aggregateCandles, barOpenTime, MINUTE_MS } from '@screener/market';
import type { MinuteCandle } from './views/candle-ring.ts';
import type { CandlesView } from './views/candles-view.ts';

/** Open time in ms; `closed` is false for the bar in progress. */
export interface ChartBar extends MinuteCandle {
  readonly closed: boolean;
}

/** Bars older than memory. */
export interface CandleHistory {
  /** The newest bars of minutes before `beforeMs`, oldest first; the last may hold only the part before that time. */
  bars(
    instrument: string,
    minutes: number,
    limit: number,
    beforeMs: number | undefined,
  ): Promise<readonly MinuteCandle[]>;
}

export interface BarSources {
  readonly candles: CandlesView;
  readonly history: CandleHistory | undefined;
}

/** Oldest first; the bar in progress last. */
export async function latestBars(
  { candles, history }: BarSources,
  instrument: string,
  minutes: number,
  limit: number,
): Promise<ChartBar[]> {
  // Read once before and once after the database was asked: memory moves on meanwhile.
  const oldest = candles.oldest(instrument);
  const enough = oldest !== undefined && wholeBars(candles, instrument, minutes, limit).length >= limit;
  const older = enough || !history ? [] : await history.bars(instrument, minutes, limit, oldest);
  if (older.length === 0) return wholeBars(candles, instrument, minutes, limit);
  const recent = oldest === undefined ? [] : candles.since(instrument, oldest);
  const all = joinBars(older, toBars(withProgress(candles, instrument, recent), minutes));
  return markClosed(candles, instrument, all, minutes).slice(-limit);
}

/** Bars from memory alone. A first bar that memory holds only in part would have a wrong open: left out. */
export function wholeBars(candles: CandlesView, instrument: string, minutes: number, limit: number): ChartBar[] {
  const newest = candles.inProgress(instrument) ?? candles.latest(instrument, 1)[0];
  if (!newest) return [];
  const from = barOpenTime(newest.openTime, minutes) - (limit - 1) * minutes * MINUTE_MS;
  const bars = toBars(withProgress(candles, instrument, candles.since(instrument, from)), minutes);
  const first = bars[0];
  if (first && first.openTime < (candles.oldest(instrument) ?? newest.openTime)) bars.shift();
  return markClosed(candles, instrument, bars, minutes).slice(-limit);
}

/** What is closed of the newest bar. */
export interface OpenBar {
  /** undefined: its beginning is not known, or nothing is. */
  readonly part: MinuteCandle | undefined;
  /** Open time of the newest closed minute. */
  readonly lastMinute: number | undefined;
  /** A bar that opens before this time is not known from its beginning. */
  readonly wholeFrom: number;
}

export async function openBar({ candles, history }: BarSources, instrument: string, minutes: number): Promise<OpenBar> {
  const barOpen = (): number | undefined => {
    const last = candles.latest(instrument, 1)[0];
    return last && barOpenTime(last.openTime, minutes);
  };
  const before = barOpen();
  const oldest = candles.oldest(instrument);
  const inMemory = before === undefined || oldest === undefined || oldest <= before;
  const older = inMemory || !history ? [] : await history.bars(instrument, minutes, 1, oldest);
  // The database took its time: memory is asked again.
  const openTime = barOpen();
  if (openTime === undefined) {
    const live = candles.inProgress(instrument);
    const wholeFrom = live && minutes > 1 ? barOpenTime(live.openTime, minutes) + 1 : 0;
    return { part: undefined, lastMinute: undefined, wholeFrom };
  }
  const closed = candles.since(instrument, openTime);
  const lastMinute = closed.at(-1)?.openTime;
  const bars = joinBars(older, toBars(closed, minutes));
  const whole = (candles.oldest(instrument) ?? 0) <= openTime || older.at(-1)?.openTime === openTime;
  return whole
    ? { part: bars.at(-1), lastMinute, wholeFrom: 0 }
    : { part: undefined, lastMinute, wholeFrom: openTime + 1 };
}

const withProgress = (candles: CandlesView, instrument: string, closed: MinuteCandle[]): MinuteCandle[] => {
  const live = candles.inProgress(instrument);
  return live ? [...closed, live] : closed;
};

/** A bar is closed once its last minute is. */
function markClosed(
  candles: CandlesView,
  instrument: string,
  bars: readonly MinuteCandle[],
  minutes: number,
): ChartBar[] {
  const live = candles.inProgress(instrument);
  const lastMinute = candles.latest(instrument, 1)[0]?.openTime ?? (live ? live.openTime - MINUTE_MS : Infinity);
  return bars.map((bar) => ({ ...bar, closed: bar.openTime + (minutes - 1) * MINUTE_MS <= lastMinute }));
}

function toBars(candles: readonly MinuteCandle[], minutes: number): MinuteCandle[] {
  if (minutes === 1) return [...candles];
  return aggregateCandles(candles.map(widen), minutes).map(narrow);
}

/** Charts show no trades and no taker volumes, so memory does not keep them. */
const widen = (candle: MinuteCandle) => ({ ...narrow(candle), trades: 0, takerBuyVolume: 0, takerBuyQuoteVolume: 0 });

export const narrow = (candle: MinuteCandle): MinuteCandle => {
  const { openTime, open, high, low, close, volume, quoteVolume } = candle;
  return { openTime, open, high, low, close, volume, quoteVolume };
};

/** Older bars and newer ones; where both hold a part of the same bar, the parts become one. */
export function joinBars(older: readonly MinuteCandle[], newer: readonly MinuteCandle[]): MinuteCandle[] {
  const last = older.at(-1);
  const first = newer[0];
  if (!last || !first || last.openTime !== first.openTime) return [...older, ...newer];
  return [...older.slice(0, -1), mergeBar(last, first), ...newer.slice(1)];
}

/** One bar of an earlier and a later part of it. */
export const mergeBar = (earlier: MinuteCandle, later: MinuteCandle): MinuteCandle => ({
  openTime: earlier.openTime,
  open: earlier.open,
  high: Math.max(earlier.high, later.high),
  low: Math.min(earlier.low, later.low),
  close: later.close,
  volume: earlier.volume + later.volume,
  quoteVolume: earlier.quoteVolume + later.quoteVolume,
});
