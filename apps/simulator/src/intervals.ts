/** Lengths of bars and where they begin: exchanges differ in what they call them and in the hour at which a day begins. */
import { MINUTE_MS } from '@screener/market';

export interface Interval {
  /** Undefined: a calendar month. */
  readonly minutes: number | undefined;
  /** How far its bars lie beside the beginning of time. */
  readonly offsetMs: number;
}

const dayMinutes = 1_440;
const dayMs = dayMinutes * MINUTE_MS;
const weekMinutes = 7 * dayMinutes;
/** 1970-01-01 was a Thursday. */
const mondayMs = 4 * dayMs;
/** Days that begin at midnight in Hong Kong. */
export const hongKongMs = -8 * 60 * MINUTE_MS;

export function interval(minutes: number | undefined, offsetMs = 0): Interval {
  const whole = minutes !== undefined && minutes % weekMinutes === 0 ? mondayMs : 0;
  return { minutes, offsetMs: whole + offsetMs };
}

export const oneMinute = interval(1);

/** `1m 3m …` with their lengths, for exchanges that name them so. */
export const plainIntervals: ReadonlyMap<string, Interval> = new Map([
  ['1m', oneMinute],
  ['3m', interval(3)],
  ['5m', interval(5)],
  ['15m', interval(15)],
  ['30m', interval(30)],
  ['1h', interval(60)],
  ['2h', interval(120)],
  ['4h', interval(240)],
  ['6h', interval(360)],
  ['8h', interval(480)],
  ['12h', interval(720)],
  ['1d', interval(dayMinutes)],
  ['3d', interval(3 * dayMinutes)],
  ['1w', interval(weekMinutes)],
  ['1M', interval(undefined)],
]);

/** Open time of the bar that contains the moment. */
export function barBegin({ minutes, offsetMs }: Interval, time: number): number {
  if (minutes === undefined) {
    const local = new Date(time - offsetMs);
    return Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), 1) + offsetMs;
  }
  const length = minutes * MINUTE_MS;
  return Math.floor((time - offsetMs) / length) * length + offsetMs;
}

/** Open time of the next bar. */
export function barEnd({ minutes, offsetMs }: Interval, begin: number): number {
  if (minutes !== undefined) return begin + minutes * MINUTE_MS;
  const local = new Date(begin - offsetMs);
  return Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 1) + offsetMs;
}
