import { WINDOW_MINUTES_MAX } from '@screener/market';

const unitMinutes: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1_440 };

/** Minutes of a window by its name, `1h` or `45m`; undefined: not the name of a window. */
export function timeframeMinutes(name: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,3})([mhd])$/.exec(name) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  const minutes = Number(count) * (unitMinutes[unit] ?? Number.NaN);
  return minutes <= WINDOW_MINUTES_MAX ? minutes : undefined;
}
