/** How most exchanges write short bars: the number of their minutes. */
const minutesOf: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1_440 };

/** `{ '1h': '60' }` for `['1h']`; names are a number and one of m, h, d. */
export const inMinutes = (intervals: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    intervals.map((name) => [name, String(Number(name.slice(0, -1)) * (minutesOf[name.slice(-1)] ?? Number.NaN))]),
  );
