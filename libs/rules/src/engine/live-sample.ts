/** A price in progress on its way through the log. docs/decisions/live-alerts-through-the-log.md says why it takes it. */
import type { Window } from '@screener/market';
import { followPrice, type PriceSample, type PriceStep, type PriceTrack } from '../price-level.ts';
import { endOf, type InstrumentWatch } from './instrument-watch.ts';

/** The candle in progress; the event MetricsLive has all of it. */
export interface LiveMinute {
  readonly instrument: string;
  readonly openTime: number;
  /** When the exchange sent the price, in ms. */
  readonly eventTime: number;
  readonly price: number;
  readonly windows: readonly Window[];
}

/** A live price on which something was decided, with how far the price went since the one before. */
export interface LiveSample extends PriceSample {
  readonly instrument: string;
  /** Event time, within its minute. */
  readonly at: number;
  readonly windows: readonly Window[];
  readonly step: PriceStep;
  /** Event time of the price that the step begins with. */
  readonly since: number;
}

/** undefined: nothing moved since the last one. */
export function sampleOf(
  watch: InstrumentWatch,
  { instrument, openTime, eventTime, price, windows }: LiveMinute,
): { sample: LiveSample; track: PriceTrack } | undefined {
  const { live } = watch;
  // After a take-over: from what the log has.
  live.track ??= watch.track;
  live.at = Math.max(live.at, watch.trackedAt);
  const candle = windows.find(({ minutes }) => minutes === 1);
  const seen: PriceSample = { openTime, price, high: candle?.high ?? price, low: candle?.low ?? price };
  // The moment of a price lies within its minute: the one that closes it is later than all of them.
  const at = Math.min(Math.max(eventTime, openTime + 1), endOf(openTime) - 1);
  if (at <= live.at && live.track?.newest.openTime === openTime) return undefined;
  const { track, step } = followPrice(live.track, seen);
  return { sample: { instrument, ...seen, at, windows, step, since: live.at }, track };
}

/**
 * How far the price went since what the log knows. Where owners of before and of now recorded samples whose ranges overlap,
 * only the ends count: what lies between was counted with the first.
 */
export function stepOfSample({ track, trackedAt }: InstrumentWatch, { since, step, price }: LiveSample): PriceStep {
  if (since >= trackedAt || track === undefined) return step;
  const from = track.newest.price;
  return { from, to: price, high: Math.max(from, price), low: Math.min(from, price) };
}
