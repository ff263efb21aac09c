import { expositionType, type OperatorPages } from '@screener/service';
import type { GatewayData } from '../gateway-data.ts';
import { json } from '../http/answer.ts';
import type { Route } from '../http/router.ts';
import { isUp, type Status } from '../status.ts';

/** Names that existing clients know our apps by. */
const serviceApps = {
  data_collector: 'collector',
  metrics_calculator: 'calculator',
  alert_engine: 'alerter',
  notifier: 'notifier',
  sink: 'sink',
} as const;

/** `pages` tell of all apps of this process, `/api/health` of all apps that write into the log. */
export const healthRoutes = (data: GatewayData, pages: OperatorPages): readonly Route[] => [
  {
    method: 'GET',
    path: '/api/health',
    answer() {
      const status = data.status();
      return json(healthJson(status), status.health === 'down' ? 503 : 200);
    },
  },
  {
    method: 'GET',
    path: '/health',
    answer() {
      const { httpStatus, body } = pages.health();
      return json(body, httpStatus);
    },
  },
  {
    method: 'GET',
    path: '/ready',
    // Ready as soon as the apps run: what is not read yet is shown as priming, which is better than no page.
    answer() {
      const { httpStatus, body } = pages.ready();
      const { priming, primed, total, text } = data.status();
      return json({ ...body, priming, primed, total, text }, httpStatus);
    },
  },
  {
    method: 'GET',
    path: '/metrics',
    answer: () => ({
      status: 200,
      headers: { 'content-type': expositionType, 'cache-control': 'no-store' },
      body: pages.metrics(),
    }),
  },
];

export function healthJson(status: Status) {
  const state = (app: string): 'up' | 'down' => (isUp(status.apps, app) ? 'up' : 'down');
  const services = Object.fromEntries(Object.entries(serviceApps).map(([service, app]) => [service, state(app)]));
  return {
    status: status.health,
    services: {
      ...services,
      // An app that this deployment has never started is not broken.
      ...(status.apps.some(({ app }) => app === 'notifier') ? {} : { notifier: 'disabled' }),
      // The sink lives on the database and says degraded or nothing at all without it.
      database: status.apps.some(({ app, status: how, stale }) => app === 'sink' && how === 'running' && !stale)
        ? 'up'
        : 'down',
      // Every heartbeat came through the log.
      nats: status.apps.some(({ stale }) => !stale) ? 'up' : 'down',
    },
    timestamp: new Date(status.timeMs).toISOString(),
    version: status.version,
    simulated: status.simulated,
    details: status.apps.map((entry) => ({
      app: entry.app,
      instance: entry.instance,
      version: entry.version,
      status: entry.status,
      stale: entry.stale,
      text: entry.text,
      started_at: new Date(entry.startedAt).toISOString(),
      last_seen: new Date(entry.at).toISOString(),
      numbers: entry.numbers,
    })),
  };
}
