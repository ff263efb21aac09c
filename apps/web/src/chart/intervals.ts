export const INTERVALS = ['1m', '5m', '15m', '1h', '4h', '1d'] as const;

export type Interval = (typeof INTERVALS)[number];

export function isInterval(text: string | null): text is Interval {
  return INTERVALS.some((interval) => interval === text);
}

export const INTERVAL_SECONDS: Readonly<Record<Interval, number>> = {
  '1m': 60,
  '5m': 300,
  '15m': 900,
  '1h': 3600,
  '4h': 14_400,
  '1d': 86_400,
};

/** Open time, in seconds, of the bar that holds a moment: bars are aligned to UTC. */
export function barTime(seconds: number, interval: Interval): number {
  return seconds - (seconds % INTERVAL_SECONDS[interval]);
}
