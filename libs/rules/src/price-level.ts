/** Whether a price crossed a level between two looks at it, also where it came back in between. Pure. */
import type { PriceLevel } from './rule.ts';

/** A price as it was seen. */
export interface PriceSample {
  /** Open time of the minute. */
  readonly openTime: number;
  /** The latest price, of a closed minute its close. */
  readonly price: number;
  /** Highest and lowest price of the minute so far, of a closed one all of it. */
  readonly high: number;
  readonly low: number;
}

/** What is remembered of the prices of an instrument; all its levels share it. */
export interface PriceTrack {
  readonly newest: PriceSample;
  /** The newest of the minute before, whose close may still come. */
  readonly before: PriceSample | undefined;
}

/** Where a price was, where it is, and how far it went in between. */
export interface PriceStep {
  /** undefined: it is the first price, and nothing was crossed. */
  readonly from: number | undefined;
  readonly to: number;
  readonly high: number;
  readonly low: number;
}

/**
 * Takes a price in. The close of a minute is one more look at it: what its range has and live prices did not show happened
 * since the last of them. It may come after the first price of the next minute.
 */
export function followPrice(
  track: PriceTrack | undefined,
  sample: PriceSample,
): { readonly track: PriceTrack; readonly step: PriceStep } {
  if (track === undefined || sample.openTime >= track.newest.openTime) {
    const sameMinute = track?.newest.openTime === sample.openTime;
    const before = sameMinute ? track.before : track?.newest;
    return { track: { newest: sample, before }, step: stepBetween(track?.newest, sample) };
  }
  const isKnown = track.before === undefined || sample.openTime < track.before.openTime;
  if (isKnown) return { track, step: stepBetween(undefined, sample) };
  return { track: { newest: track.newest, before: sample }, step: stepBetween(track.before, sample) };
}

function stepBetween(last: PriceSample | undefined, sample: PriceSample): PriceStep {
  const to = sample.price;
  if (last === undefined) return { from: undefined, to, high: to, low: to };
  const from = last.price;
  // The extremes of a minute belong to this step only where they are new.
  const sameMinute = last.openTime === sample.openTime;
  const high = sameMinute && sample.high <= last.high ? to : sample.high;
  const low = sameMinute && sample.low >= last.low ? to : sample.low;
  return { from, to, high: Math.max(from, high), low: Math.min(from, low) };
}

/** Which way the level was crossed; undefined: it was not, or not the way that is waited for. */
export function crossingOf(
  { level, direction }: PriceLevel,
  { from, high, low }: PriceStep,
): 'up' | 'down' | undefined {
  if (from === undefined) return undefined;
  if (direction !== 'down' && from < level && high >= level) return 'up';
  if (direction !== 'up' && from > level && low <= level) return 'down';
  return undefined;
}
