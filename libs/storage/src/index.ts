export * from './alerts.ts';
export * from './candles.ts';
export * from './copy-rows.ts';
export { databaseError, whereOf } from './database-error.ts';
export * from './embedded/embedded-postgres.ts';
export * from './input-offsets.ts';
export * from './migrate.ts';
export * from './open-database.ts';
