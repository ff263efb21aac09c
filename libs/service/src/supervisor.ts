/**
 * Runs apps in one process. An app that crashes (its start or its `failed` rejects, or an exception escapes from code that
 * it started) is stopped and started anew after a back-off; its neighbours never notice.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { errorTable, reasonOf, ScreenerError } from '@screener/errors';
import type { AppStatus } from '@screener/events';
import type { App, AppContext, RunningApp } from './app.ts';
import { createMetrics } from './metrics/create-metrics.ts';
import { measuredLog } from './metrics/measured-log.ts';
import type { Counter, Gauge, MetricsRegistry } from './metrics/metrics.ts';

export interface AppState {
  readonly name: string;
  status: AppStatus;
  text: string;
  numbers: Readonly<Record<string, number>>;
  startedAt: number;
  /** How often it crashed since the supervisor began. */
  crashes: number;
  /** True from a crash, or a start that failed, until it has started anew. */
  failed: boolean;
  /** True from its first report of `running` until it crashes or stops. */
  ready: boolean;
  /** Of all its runs. */
  readonly metrics: MetricsRegistry;
}

export interface Supervisor {
  readonly states: readonly AppState[];
  /** Resolves when the app has started for the first time; rejects when its first start fails in a way that waiting cannot cure. */
  start(app: App): Promise<void>;
  /** Ends an app as a crash would: for escaped exceptions, and for tests. */
  crash(name: string, cause: unknown): void;
  /** Stops all apps in reverse order of their start. */
  stop(): Promise<void>;
}

export interface SupervisorOptions {
  readonly context: Omit<AppContext, 'report' | 'metrics'>;
  readonly firstRestartMs?: number;
  readonly longestRestartMs?: number;
  /** An app that ran this long without a crash begins with the first restart delay again. */
  readonly forgivenAfterMs?: number;
  /** One app's stop may take this long before it is given up. */
  readonly stopWithinMs?: number;
}

const currentApp = new AsyncLocalStorage<string>();

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const {
    context,
    firstRestartMs = 250,
    longestRestartMs = 30_000,
    forgivenAfterMs = 60_000,
    stopWithinMs = 4_000,
  } = options;
  const supervised = new Map<string, Supervised>();
  let stopping = false;

  const escaped = (cause: unknown): void => {
    const name = currentApp.getStore();
    const owner = name === undefined ? undefined : supervised.get(name);
    if (owner === undefined) {
      // Nobody's exception: the process is in an unknown state, so it ends; the log makes that safe.
      context.logger.error(`unexpected error outside every app: ${reasonOf(cause)}`, { cause });
      process.exit(1);
    }
    owner.crashed(cause);
  };
  process.on('uncaughtException', escaped);
  process.on('unhandledRejection', escaped);

  class Supervised {
    readonly state: AppState;
    readonly app: App;
    running: RunningApp | undefined;
    generation = 0;
    delayMs = firstRestartMs;
    timer: NodeJS.Timeout | undefined;
    readonly restarts: Counter;
    readonly up: Gauge;

    constructor(app: App) {
      this.app = app;
      const metrics = createMetrics();
      this.restarts = metrics.counter('screener_app_restarts_total', 'How often the app crashed and was started anew');
      this.up = metrics.gauge('screener_app_up', '1 where the app runs, 0 where it starts, is degraded or stops');
      this.up.set(0);
      this.state = {
        name: app.name,
        status: 'starting',
        text: 'starting',
        numbers: {},
        startedAt: context.now(),
        crashes: 0,
        failed: false,
        ready: false,
        metrics,
      };
    }

    become(status: AppStatus, text = this.state.text): void {
      this.state.status = status;
      this.state.text = text;
      this.up.set(status === 'running' ? 1 : 0);
      if (status === 'running') this.state.ready = true;
      if (status === 'stopping') this.state.ready = false;
    }

    async begin(): Promise<void> {
      const generation = ++this.generation;
      this.become('starting');
      this.state.startedAt = context.now();
      const { metrics } = this.state;
      const own: AppContext = {
        ...context,
        metrics,
        log: measuredLog(context.log, metrics),
        logger: context.logger.child(this.app.name),
        report: (status, text, numbers) => {
          if (generation !== this.generation) return;
          this.become(status, text);
          if (numbers) this.state.numbers = numbers;
        },
      };
      const running = await currentApp.run(this.app.name, () => this.app.start(own));
      if (generation !== this.generation || stopping) {
        await running.stop();
        return;
      }
      this.running = running;
      this.state.failed = false;
      if (this.state.status === 'starting') this.become('running', 'running');
      running.failed.catch((cause: unknown) => {
        if (generation === this.generation) this.crashed(cause);
      });
    }

    crashed(cause: unknown): void {
      if (stopping) return;
      this.generation++;
      this.state.crashes++;
      this.state.failed = true;
      this.state.ready = false;
      this.restarts.inc();
      this.become('degraded', `restarting after: ${reasonOf(cause)}`);
      if (context.now() - this.state.startedAt > forgivenAfterMs) this.delayMs = firstRestartMs;
      const delayMs = this.delayMs;
      this.delayMs = Math.min(this.delayMs * 2, longestRestartMs);
      const error = new ScreenerError(
        'APP_CRASHED',
        { app: this.app.name, reason: reasonOf(cause), seconds: delayMs / 1000 },
        { cause },
      );
      context.logger.error(error.message, { cause });
      const old = this.running;
      this.running = undefined;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        if (!stopping) this.begin().catch((again: unknown) => this.crashed(again));
      }, delayMs);
      old?.stop().catch((late: unknown) => context.logger.debug(`${this.app.name}: ${reasonOf(late)} while stopping`));
    }

    async end(): Promise<void> {
      clearTimeout(this.timer);
      this.become('stopping');
      if (this.running === undefined) return;
      let patience: NodeJS.Timeout | undefined;
      const tooLate = new Promise<'late'>((resolve) => {
        patience = setTimeout(() => resolve('late'), stopWithinMs);
      });
      try {
        const outcome = await Promise.race([this.running.stop(), tooLate]);
        if (outcome === 'late')
          context.logger.warn(`${this.app.name} did not stop within ${stopWithinMs} ms; going on`);
      } catch (cause) {
        context.logger.warn(`${this.app.name}: ${reasonOf(cause)} while stopping`);
      }
      clearTimeout(patience);
    }
  }

  return {
    get states() {
      return [...supervised.values()].map((entry) => entry.state);
    },
    async start(app) {
      const entry = new Supervised(app);
      supervised.set(app.name, entry);
      try {
        await entry.begin();
      } catch (cause) {
        if (cause instanceof ScreenerError && !errorTable[cause.code].retryable) throw cause;
        entry.crashed(cause);
      }
    },
    crash: (name, cause) => supervised.get(name)?.crashed(cause),
    async stop() {
      stopping = true;
      for (const entry of [...supervised.values()].reverse()) await entry.end();
      process.off('uncaughtException', escaped);
      process.off('unhandledRejection', escaped);
    },
  };
}
