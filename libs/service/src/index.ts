export * from './app.ts';
export * from './logger.ts';
export * from './settings.ts';
