export * from './sink-app.ts';
