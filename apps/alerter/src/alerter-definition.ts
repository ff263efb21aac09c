import type { ProcessorDefinition } from '@screener/log';
import { type AlerterTaskOptions, createAlerterTask } from './alerter-task.ts';
import { migrateWatch, snapshotVersion } from './watch-snapshot.ts';

export const ALERTER_GROUP = 'alerter';
/** In the order in which a task sees what is new of them. */
export const alerterSides = ['rules', 'watchlists', 'instruments', 'market.closed'] as const;

/** A minute asks for the market of the minute before; one that comes later than ten minutes does not any more. */
const MARKET_REACH_MS = 30 * 60_000;

/** The alerter as a processor of the log. */
export const alerterDefinition = (options: Omit<AlerterTaskOptions, 'partition'>): ProcessorDefinition => ({
  group: ALERTER_GROUP,
  input: 'metrics.closed',
  live: ['metrics.live'],
  sides: alerterSides,
  sideReachMs: { 'market.closed': MARKET_REACH_MS },
  snapshots: 'snapshots.alerter',
  snapshotVersion,
  migrateSnapshot: (version, _key, state) => migrateWatch(version, state),
  task: (partition) => createAlerterTask({ ...options, partition }),
});
