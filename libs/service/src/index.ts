export * from './app.ts';
export * from './heartbeats.ts';
export * from './logger.ts';
export * from './processor-app.ts';
export * from './settings.ts';
export * from './shutdown.ts';
export * from './supervisor.ts';
export * from './telemetry.ts';
