/** What the process itself costs, under the names that ready-made dashboards know. */
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import type { MetricsRegistry } from './metrics.ts';

export interface ProcessMetrics {
  stop(): void;
}

/** The p99 is that of a whole window, so that several who scrape see the same. */
const LAG_WINDOW_MS = 10_000;
const LAG_RESOLUTION_MS = 20;
const NANOSECONDS = 1e9;

const collectionBuckets = [0.001, 0.01, 0.1, 1];
/** As perf_hooks numbers them. */
const collectionKinds: Readonly<Record<number, string>> = { 1: 'minor', 4: 'major', 8: 'incremental', 16: 'weakcb' };

export function startProcessMetrics(metrics: MetricsRegistry): ProcessMetrics {
  const cpu = metrics.counter('process_cpu_seconds_total', 'Processor time of this process');
  const rss = metrics.gauge('process_resident_memory_bytes', 'Memory of this process');
  const heap = metrics.gauge('nodejs_heap_size_used_bytes', 'Memory that objects of JavaScript take');
  const started = metrics.gauge('process_start_time_seconds', 'When this process began, in seconds since 1970');
  const lag = metrics.gauge(
    'nodejs_eventloop_lag_p99_seconds',
    'How late timers were, p99 of the last ten seconds: above 0.1 this process has more to do than it can',
  );
  const collections = metrics.histogram(
    'nodejs_gc_duration_seconds',
    'How long garbage collections took, by kind',
    collectionBuckets,
    ['kind'],
  );

  started.set(performance.timeOrigin / 1_000);
  const delay = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  delay.enable();
  lag.set(0);
  const window = setInterval(() => {
    // The timer's own period is part of what it measures.
    lag.set(Math.max(0, delay.percentile(99) / NANOSECONDS - LAG_RESOLUTION_MS / 1_000));
    delay.reset();
  }, LAG_WINDOW_MS).unref();

  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      // Node adds `detail` to what browsers know.
      const { kind } = (entry as { readonly detail?: { readonly kind?: number } }).detail ?? {};
      collections.observe(entry.duration / 1_000, { kind: collectionKinds[kind ?? 0] ?? 'other' });
    }
  });
  observer.observe({ entryTypes: ['gc'] });

  let counted = 0;
  const endReading = metrics.beforeRead(() => {
    const { user, system } = process.cpuUsage();
    const seconds = (user + system) / 1e6;
    cpu.inc(seconds - counted);
    counted = seconds;
    const memory = process.memoryUsage();
    rss.set(memory.rss);
    heap.set(memory.heapUsed);
  });

  return {
    stop() {
      clearInterval(window);
      delay.disable();
      observer.disconnect();
      endReading();
    },
  };
}
