import type { MinuteRing } from '../minute-ring.ts';

/**
 * A number over the last day's closed minutes that changes with every minute. It follows from the candles in the ring alone: a
 * snapshot leaves it out, and wherever a run began it has the same bits.
 */
export interface MinuteStatistic {
  /** The next minute is about to come: what leaves with it is still in the ring. */
  leave(entering: number): void;
  /** The minute is the ring's newest, with a candle or as a hole. */
  enter(minute: number): void;
  /** Everything anew from the ring. */
  rebuild(): void;
  /** As of the newest minute, which has a candle, in single precision: events carry it so; NaN: absent. */
  value(): number;
}

/** One number of the table. */
export interface StatisticRow {
  /** Its flat name. */
  readonly name: string;
  /** What it is, in one line for people. */
  readonly about: string;
  readonly unit: 'percent' | 'number';
  /** Bar or window that it is about, for example `1h`. */
  readonly interval: string;
  /** So many closed minutes it follows from. */
  readonly minutes: number;
  /** What it needs of candles besides prices. */
  readonly needs?: readonly 'quoteVolume'[];
  create(ring: MinuteRing): MinuteStatistic;
}
