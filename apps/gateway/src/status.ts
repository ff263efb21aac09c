/** How the whole is: a fold over heartbeats and what the views hold. */
import type { Log } from '@screener/log';
import type { AppHealth } from './views/heartbeats-view.ts';
import type { Views } from './views/views.ts';

export type Health = 'healthy' | 'degraded' | 'down';

export interface Status {
  readonly timeMs: number;
  readonly version: string;
  readonly health: Health;
  readonly simulated: boolean;
  readonly engine: Log['engine'];
  readonly priming: boolean;
  readonly primed: number;
  readonly total: number;
  readonly text: string;
  readonly apps: readonly AppHealth[];
}

export interface StatusSources {
  readonly views: Views;
  readonly engine: Log['engine'];
  readonly version: string;
  readonly simulated: boolean;
}

/** Apps without which candles do not become alerts and rows. */
export const neededApps = ['collector', 'calculator', 'alerter', 'sink'] as const;

export const isUp = (apps: readonly AppHealth[], name: string): boolean =>
  apps.some((entry) => entry.app === name && !entry.stale && entry.status !== 'stopping');

export function statusOf({ views, engine, version, simulated }: StatusSources, nowMs: number): Status {
  const apps = views.heartbeats.list(nowMs);
  const tracked = views.instruments.list().filter((entry) => entry.status === 'trading' || entry.status === 'listed');
  const primed = tracked.filter((entry) => views.metrics.closed(entry.instrument)).length;
  const total = tracked.length;
  return {
    timeMs: nowMs,
    version,
    health: healthOf(apps),
    simulated: simulated || tracked.some((entry) => entry.simulated),
    engine,
    priming: !views.caughtUp || total === 0 || primed < total,
    primed,
    total,
    text: textOf(views, apps, primed, total),
    apps,
  };
}

export function healthOf(apps: readonly AppHealth[]): Health {
  const up = neededApps.filter((name) => isUp(apps, name));
  if (up.length === 0) return 'down';
  const allWell = apps.every((entry) => !entry.stale && entry.status === 'running');
  return up.length === neededApps.length && allWell ? 'healthy' : 'degraded';
}

function textOf(views: Views, apps: readonly AppHealth[], primed: number, total: number): string {
  if (!views.caughtUp)
    return `reading the log, ${views.eventsRead} events so far, ${primed} of ${total} instruments ready`;
  const collector = apps.find((entry) => entry.app === 'collector' && !entry.stale);
  if (total === 0) return collector ? `waiting for instruments: ${collector.text}` : 'waiting for the collector';
  if (primed < total)
    return `${primed} of ${total} instruments ready${collector ? `; collector: ${collector.text}` : ''}`;
  return `${total} instruments`;
}
