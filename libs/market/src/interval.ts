import { MINUTE_MS } from './candle.ts';

/** Lengths of bars that can be charted, by name, in minutes. Bars are clock-aligned in UTC; weeks start on Monday. */
export const intervalMinutes = {
  '1m': 1,
  '3m': 3,
  '5m': 5,
  '15m': 15,
  '30m': 30,
  '1h': 60,
  '4h': 240,
  '8h': 480,
  '1d': 1_440,
  '1w': 10_080,
} as const;

export type IntervalName = keyof typeof intervalMinutes;
export const intervalNames = Object.keys(intervalMinutes) as IntervalName[];
export const isIntervalName = (text: string): text is IntervalName => Object.hasOwn(intervalMinutes, text);

/** Rolling windows that are computed for every instrument. */
export const windowNames = ['1m', '5m', '15m', '30m', '1h', '4h', '8h', '1d'] as const satisfies IntervalName[];
export type WindowName = (typeof windowNames)[number];
export const windowMinutes: readonly number[] = windowNames.map((name) => intervalMinutes[name]);

/** No window is longer: so many closed minutes are kept per instrument. */
export const WINDOW_MINUTES_MAX = 1_440;

const nameByMinutes = new Map<number, string>(intervalNames.map((name) => [intervalMinutes[name], name]));
/** `1h` for 60; a length without a name of its own is written in whole hours where it can be, `2h`, else in minutes, `7m`. */
export const intervalName = (minutes: number): string =>
  nameByMinutes.get(minutes) ?? (minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`);

/** Lengths in minutes of the windows that are always there and of these, ascending, each once. */
export const windowsWith = (custom: readonly number[]): readonly number[] =>
  [...new Set([...windowMinutes, ...custom])].sort((one, other) => one - other);

// 1970-01-01 was a Thursday: the first Monday lies four days later.
const FIRST_MONDAY_MINUTE = 4 * intervalMinutes['1d'];

/** Open time of the bar that contains the moment. */
export function barOpenTime(timeMs: number, minutes: number): number {
  const origin = (minutes % intervalMinutes['1w'] === 0 ? FIRST_MONDAY_MINUTE : 0) * MINUTE_MS;
  return Math.floor((timeMs - origin) / (minutes * MINUTE_MS)) * minutes * MINUTE_MS + origin;
}
