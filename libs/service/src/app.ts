/** What an app is: something that starts with a context, can fail, and stops. The supervisor does the rest. */
import type { AppStatus } from '@screener/events';
import type { Log } from '@screener/log';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Settings } from './settings.ts';

export interface AppContext {
  readonly log: Log;
  readonly logger: Logger;
  readonly settings: Settings;
  /** What this app counts; kept over its restarts. */
  readonly metrics: Metrics;
  /** Which instance of the app this is, for example host-pid. */
  readonly instance: string;
  /** Wall clock in ms, passed in so that tests and simulations can drive it. Never used to decide anything in a task. */
  readonly now: () => number;
  /** Says how the app is; the supervisor sends it as a heartbeat once a second. */
  report(status: AppStatus, text: string, numbers?: Readonly<Record<string, number>>): void;
}

export interface RunningApp {
  /** Rejects when the app cannot go on; the supervisor then stops it and starts it anew. */
  readonly failed: Promise<never>;
  /** Finishes what was begun, writes what is due, frees everything. Called once. */
  stop(): Promise<void>;
}

export interface App {
  readonly name: string;
  start(context: AppContext): Promise<RunningApp>;
}
