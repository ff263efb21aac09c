/** What a process answers to operators and orchestrators: how its apps are, whether they are ready, and all metrics. */
import type { AppStatus } from '@screener/events';
import type { Check } from './heartbeats.ts';
import { hideCredentials } from './logger.ts';
import { exposition } from './metrics/exposition.ts';
import type { MetricsRegistry } from './metrics/metrics.ts';
import type { AppState } from './supervisor.ts';

export type HealthStatus = AppStatus | 'failed';

/** The same fields for one app and for all apps of a process. */
export interface Health {
  readonly app: string;
  readonly instance: string;
  readonly version: string;
  /** ISO 8601. */
  readonly since: string;
  readonly status: HealthStatus;
  readonly text: string;
  readonly checks: Readonly<Record<string, Check>>;
  readonly numbers: Readonly<Record<string, number>>;
}

/** Of a process with several apps. */
export interface ProcessHealth extends Health {
  readonly apps?: readonly Health[];
}

export interface Readiness {
  readonly status: 'ready' | 'waiting';
  /** Apps that have not said yet that they run. */
  readonly waitingFor: readonly string[];
}

export interface Verdict<Body> {
  /** What orchestrators look at: 200 or 503. */
  readonly httpStatus: 200 | 503;
  readonly body: Body;
}

export interface OperatorPages {
  health(): Verdict<ProcessHealth>;
  ready(): Verdict<Readiness>;
  metrics(): string;
}

export interface OperatorPagesOptions {
  /** Of the supervisor: one or all apps of this process. */
  readonly states: () => readonly AppState[];
  /** Apps that this process is to run, the ones not begun yet included. */
  readonly expected: readonly string[];
  readonly logCheck: () => Check;
  /** Of the process, without an app's label. */
  readonly processMetrics: MetricsRegistry;
  readonly instance: string;
  readonly version: string;
  readonly startedAt: number;
}

/** The worst first: a process is as well as its worst app. */
const worstFirst: readonly HealthStatus[] = ['failed', 'stopping', 'degraded', 'starting', 'running'];

export function createOperatorPages(options: OperatorPagesOptions): OperatorPages {
  const { states, expected, logCheck, processMetrics, instance, version, startedAt } = options;
  processMetrics.gauge('screener_info', 'Always 1; says which version runs here', ['version', 'node']).set(1, {
    version,
    node: process.versions.node,
  });

  const healthOf = (state: AppState, log: Check): Health => ({
    app: state.name,
    instance,
    version,
    since: new Date(state.startedAt).toISOString(),
    // An app that cannot reach the log may not have noticed yet.
    status: state.failed ? 'failed' : log.ok || state.status !== 'running' ? state.status : 'degraded',
    text: log.ok ? hideCredentials(state.text) : log.text,
    checks: {
      log,
      app: state.failed
        ? { ok: false, text: 'it crashed and is started anew' }
        : { ok: true, text: `${state.crashes} crashes since this process began` },
    },
    numbers: state.numbers,
  });

  function together(apps: readonly Health[], log: Check): ProcessHealth {
    const count = (status: HealthStatus): number => apps.filter((app) => app.status === status).length;
    const begun = apps.length < expected.length ? 'starting' : 'running';
    const status = worstFirst.find((candidate) => count(candidate) > 0) ?? begun;
    const unwell = apps.filter((app) => app.status !== 'running').map(({ app, text }) => `${app}: ${text}`);
    return {
      app: expected.length === 1 ? (expected[0] ?? '') : 'screener',
      instance,
      version,
      since: new Date(startedAt).toISOString(),
      status: status === 'running' ? begun : status,
      text: unwell.length > 0 ? unwell.join('; ') : `${apps.length} of ${expected.length} apps run`,
      checks: { log },
      numbers: { apps: expected.length, running: count('running') },
      apps,
    };
  }

  return {
    health() {
      const check = logCheck();
      const log = { ok: check.ok, text: hideCredentials(check.text) };
      const apps = states().map((state) => healthOf(state, log));
      const well = log.ok && apps.every(({ status }) => status !== 'failed');
      const [only] = apps;
      const body = expected.length === 1 && only !== undefined ? only : together(apps, log);
      return { httpStatus: well ? 200 : 503, body };
    },
    ready() {
      const ready = new Set(states().flatMap((state) => (state.ready ? [state.name] : [])));
      const waitingFor = expected.filter((name) => !ready.has(name));
      const isReady = waitingFor.length === 0;
      return { httpStatus: isReady ? 200 : 503, body: { status: isReady ? 'ready' : 'waiting', waitingFor } };
    },
    metrics: () =>
      exposition([
        { metrics: processMetrics, labels: {} },
        ...states().map(({ name, metrics }) => ({ metrics, labels: { app: name } })),
      ]),
  };
}
