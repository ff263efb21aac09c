import { type AlertSide, alertSide } from '../feed/alert-side.ts';
import type { ChartAlert } from '../model.ts';
import { barTime, INTERVAL_SECONDS, type Interval } from './intervals.ts';

/** One mark per bar and side, however many rules fired in it. */
export interface ChartMark {
  /** Open time of the bar, in seconds */
  readonly time: number;
  readonly side: AlertSide;
  readonly text: string;
}

/** Names only the newest few, and none so near to another that their words would cover each other. */
const NAMED_MAX = 3;
const NAMES_APART_BARS = 14;

export function chartMarks(alerts: readonly ChartAlert[], interval: Interval): readonly ChartMark[] {
  const groups = groupByBarAndSide(alerts, interval).sort((a, b) => b.time - a.time);
  let named = 0;
  let lastNamedTime = Number.POSITIVE_INFINITY;
  const newestFirst = groups.map(({ time, side, titles }) => {
    const apart = lastNamedTime - time >= NAMES_APART_BARS * INTERVAL_SECONDS[interval];
    if (named === NAMED_MAX || !apart) return { time, side, text: titles.size > 1 ? String(titles.size) : '' };
    named++;
    lastNamedTime = time;
    const [first = ''] = titles;
    return { time, side, text: titles.size > 1 ? `${first} +${titles.size - 1}` : first };
  });
  return newestFirst.reverse();
}

interface BarAlerts {
  readonly time: number;
  readonly side: AlertSide;
  readonly titles: Set<string>;
}

function groupByBarAndSide(alerts: readonly ChartAlert[], interval: Interval): BarAlerts[] {
  const groups = new Map<string, BarAlerts>();
  for (const alert of alerts) {
    // The feed tells of those that should not have been; a mark would say that something happened there.
    if (alert.status === 'retracted') continue;
    const time = barTime(alert.time, interval);
    const side = alertSide(alert.rule, alert.changePct);
    const group = groups.get(`${time} ${side}`) ?? { time, side, titles: new Set() };
    group.titles.add(alert.title);
    groups.set(`${time} ${side}`, group);
  }
  return Array.from(groups.values());
}
