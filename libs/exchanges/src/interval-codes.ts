/** How most exchanges write short bars: the number of their minutes. */
const minutesOf: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1_440, w: 10_080 };

/** undefined for a month: months differ. Names are a number and one of m, h, d, w. */
export function barMinutes(interval: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,3})([mhdw])$/.exec(interval) ?? [];
  return count === undefined || unit === undefined ? undefined : Number(count) * (minutesOf[unit] ?? Number.NaN);
}

/** `{ '1h': '60' }` for `['1h']`. */
export const inMinutes = (intervals: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(intervals.map((name) => [name, String(barMinutes(name))]));
