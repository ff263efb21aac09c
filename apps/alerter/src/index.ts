export { alerterApp } from './alerter-app.ts';
export { ALERTER_GROUP, alerterDefinition, alerterSides } from './alerter-definition.ts';
export { type AlerterTask, type AlerterTaskOptions, createAlerterTask } from './alerter-task.ts';
export { type RecordedReplay, replayRecorded } from './replay-recorded.ts';
export { ruleKey } from './rule-key.ts';
export { seedPresets } from './seed-presets.ts';
export { snapshotVersion, watchOfVersion } from './watch-snapshot.ts';
