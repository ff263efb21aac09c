export { alerterApp } from './alerter-app.ts';
export { createAlerterTask } from './alerter-task.ts';
export { seedPresets } from './seed-presets.ts';
