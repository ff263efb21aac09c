/** Starts an app as the supervisor does, but does not start it anew: whatever ends it is told to the harness. */
import type { Log } from '@screener/log';
import { type App, createLogger, createMetrics, type RunningApp, readSettings } from '@screener/service';

export interface RunApp {
  readonly app: App;
  readonly log: Log;
  readonly instance: string;
  readonly notify: (text: string) => void;
}

export function runApp({ app, log, instance, notify }: RunApp): Promise<RunningApp> {
  const logger = createLogger({ level: 'info', name: app.name, json: false, write: notify, now: Date.now });
  return app.start({
    log,
    logger,
    settings: readSettings({}),
    metrics: createMetrics(),
    instance,
    now: Date.now,
    report: () => undefined,
  });
}
