/** Alerts of several instruments at once are one event of the market, not many. */

export interface TimedAlert {
  readonly instrument: string;
  /** In ms; alerts ascend by it. */
  readonly openTime: number;
}

/** Share of the alerts that have one of another instrument within so long before or after; 0 where there are none. */
export function clusteredShare(alerts: readonly TimedAlert[], withinMs: number): number {
  if (alerts.length === 0) return 0;
  const near = new Uint8Array(alerts.length);
  markNear(alerts, near, withinMs, 1);
  markNear(alerts, near, withinMs, -1);
  return near.reduce((sum, mark) => sum + mark, 0) / alerts.length;
}

/** Marks those that come soon after one of another instrument; backwards: soon before. */
function markNear(alerts: readonly TimedAlert[], near: Uint8Array, withinMs: number, step: 1 | -1): void {
  let newest: TimedAlert | undefined;
  // The newest of any instrument but that of `newest`.
  let other: TimedAlert | undefined;
  for (let index = step === 1 ? 0 : alerts.length - 1; index >= 0 && index < alerts.length; index += step) {
    const alert = alerts[index] as TimedAlert;
    if (newest !== undefined && newest.instrument !== alert.instrument) other = newest;
    if (other !== undefined && Math.abs(alert.openTime - other.openTime) <= withinMs) near[index] = 1;
    newest = alert;
  }
}
