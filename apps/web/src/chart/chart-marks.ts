import { type AlertSide, alertSide } from '../feed/alert-side.ts';
import type { Alert } from '../model.ts';
import { barTime, type Interval } from './intervals.ts';

/** One mark per bar and side, however many rules fired in it. */
export interface ChartMark {
  /** Open time of the bar, in seconds */
  readonly time: number;
  readonly side: AlertSide;
  readonly text: string;
}

/** Names only the newest few: more words than that would cover the candles. */
const NAMED_MAX = 3;

export function chartMarks(alerts: readonly Alert[], interval: Interval): readonly ChartMark[] {
  const titlesByPlace = new Map<string, { time: number; side: AlertSide; titles: Set<string> }>();
  for (const alert of alerts) {
    const time = barTime(alert.time, interval);
    const side = alertSide(alert.rule, alert.changePct);
    const place = `${time} ${side}`;
    const group = titlesByPlace.get(place) ?? { time, side, titles: new Set() };
    group.titles.add(alert.title);
    titlesByPlace.set(place, group);
  }
  const groups = Array.from(titlesByPlace.values()).sort((a, b) => a.time - b.time);
  return groups.map(({ time, side, titles }, index) => ({ time, side, text: textOf(titles, groups.length - index) }));
}

function textOf(titles: ReadonlySet<string>, placeFromNewest: number): string {
  if (placeFromNewest > NAMED_MAX) return titles.size > 1 ? String(titles.size) : '';
  const [first = ''] = titles;
  return titles.size > 1 ? `${first} +${titles.size - 1}` : first;
}
