export * from './app.ts';
export * from './app-server.ts';
export * from './heartbeats.ts';
export * from './listen.ts';
export * from './logger.ts';
export * from './metrics/create-metrics.ts';
export * from './metrics/dead-letter-metrics.ts';
export { expositionType } from './metrics/exposition.ts';
export {
  type Counter,
  durationBuckets,
  type Gauge,
  type Histogram,
  type Labels,
  type Metrics,
  type MetricsRegistry,
} from './metrics/metrics.ts';
export * from './metrics/process-metrics.ts';
export * from './operator-pages.ts';
export * from './polling.ts';
export * from './processor-app.ts';
export * from './settings.ts';
export * from './shutdown.ts';
export * from './supervisor.ts';
export * from './telemetry.ts';
export * from './traced-writer.ts';
