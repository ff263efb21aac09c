/** One rolling window over the last `minutes` wall minutes: what is carried. Everything else is derived on read. */
export interface Window {
  readonly minutes: number;
  /** Open of the oldest candle. */
  readonly open: number;
  /** Close of the oldest candle (for the change by `oldest-close`). */
  readonly oldestClose: number;
  readonly high: number;
  readonly low: number;
  /** Close of the newest candle. */
  readonly close: number;
  readonly volume: number;
  readonly quoteVolume: number;
  readonly trades: number;
  readonly takerBuyQuoteVolume: number;
}

/** What a change is measured against: the open or the close of the window's oldest candle. */
export type ChangeBasis = 'open' | 'oldest-close';

/** In percent. The order of the operations is part of the meaning: rules compare to the last bit. */
export function changePercent(window: Window, basis: ChangeBasis): number {
  const from = basis === 'open' ? window.open : window.oldestClose;
  return ((window.close - from) / from) * 100;
}

/** How far the close is below the high, in percent: 0 at the high, negative below it. */
export const fromHighPercent = ({ close, high }: Window): number => ((close - high) / high) * 100;

/** How far the close is above the low, in percent: 0 at the low, positive above it. */
export const fromLowPercent = ({ close, low }: Window): number => ((close - low) / low) * 100;

/** Volume-weighted average price; absent without volume. */
export const vwap = (window: Window): number | undefined =>
  window.volume > 0 ? window.quoteVolume / window.volume : undefined;

/** Close against the average price, weighted by where in its range the window closed; 0 without range or volume. */
export function vcp(window: Window): number | undefined {
  const { high, low, close } = window;
  const average = vwap(window);
  if (high === low || average === undefined) return 0;
  // Volume whose worth is 0 says nothing of an average price.
  if (average === 0) return undefined;
  return ((close / average) * (close - low - (high - close))) / (high - low);
}

/** Share of quote volume bought by takers, 0 to 1; absent without volume. */
export const takerShare = (window: Window): number | undefined =>
  window.quoteVolume > 0 ? window.takerBuyQuoteVolume / window.quoteVolume : undefined;

/** How much larger the share of the short window is; absent where one of them has no volume. */
export function takerTrend(short: Window, long: Window): number | undefined {
  const [now, before] = [takerShare(short), takerShare(long)];
  return now === undefined || before === undefined ? undefined : now - before;
}

/**
 * By how much the share rises an hour, from the newest hour and the three hours before it, whose middles are two hours apart;
 * absent where one of them has no volume.
 */
export function takerSlope(hour: Window, fourHours: Window): number | undefined {
  const now = takerShare(hour);
  const volumeBefore = fourHours.quoteVolume - hour.quoteVolume;
  if (now === undefined || !(volumeBefore > 0)) return undefined;
  const before = (fourHours.takerBuyQuoteVolume - hour.takerBuyQuoteVolume) / volumeBefore;
  return (now - before) / 2;
}

export interface FibonacciPivots {
  readonly pivot: number;
  readonly r1: number;
  readonly r2: number;
  readonly r3: number;
  readonly s1: number;
  readonly s2: number;
  readonly s3: number;
}

export function fibonacciPivots({ high, low, close }: Window): FibonacciPivots {
  const pivot = (high + low + close) / 3;
  const range = high - low;
  return {
    pivot,
    r1: pivot + 0.382 * range,
    r2: pivot + 0.618 * range,
    r3: pivot + range,
    s1: pivot - 0.382 * range,
    s2: pivot - 0.618 * range,
    s3: pivot - range,
  };
}
