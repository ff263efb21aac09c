export * from './alert-amendments.ts';
export {
  ALERTS_MAX,
  type AlertFilter,
  type AlertPage,
  type AlertRow,
  type AlertTermRow,
  alertTarget,
  alertToCopy,
  type ListedAlert,
  listAlerts,
} from './alerts.ts';
export * from './candles.ts';
export * from './copy-rows.ts';
export { databaseError, whereOf } from './database-error.ts';
export * from './embedded/embedded-postgres.ts';
export * from './input-offsets.ts';
export * from './migrate.ts';
export * from './open-database.ts';
