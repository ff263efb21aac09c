import type { ProcessorDefinition } from '@screener/log';
import { type AlerterTaskOptions, createAlerterTask, snapshotVersion } from './alerter-task.ts';
import { migrateWatch } from './watch-snapshot.ts';

export const ALERTER_GROUP = 'alerter';
/** In the order in which a task sees what is new of them. */
export const alerterSides = ['rules', 'watchlists', 'instruments', 'market.closed'] as const;

/** The alerter as a processor of the log. */
export const alerterDefinition = (options: Omit<AlerterTaskOptions, 'partition'>): ProcessorDefinition => ({
  group: ALERTER_GROUP,
  input: 'metrics.closed',
  live: ['metrics.live'],
  sides: alerterSides,
  snapshots: 'snapshots.alerter',
  snapshotVersion,
  migrateSnapshot: (version, _key, state) => migrateWatch(version, state),
  task: (partition) => createAlerterTask({ ...options, partition }),
});
