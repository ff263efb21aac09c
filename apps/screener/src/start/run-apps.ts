/** Apps in this process, with all that stands around them: supervisor, heartbeats, metrics, and the port for operators. */
import { hostname } from 'node:os';
import type { Log } from '@screener/log';
import {
  createMetrics,
  createOperatorPages,
  createSupervisor,
  type Logger,
  type Shutdown,
  type Supervisor,
  startAppServer,
  startHeartbeats,
  startProcessMetrics,
  watchDeadLetters,
} from '@screener/service';
import { version } from '../version.ts';
import { type AppName, appOf, type Composition } from './app-catalog.ts';

export interface RunApps {
  readonly names: readonly AppName[];
  readonly composition: Composition;
  readonly log: Log;
  readonly logger: Logger;
  readonly shutdown: Shutdown;
  /** Where /health, /ready and /metrics are served besides the gateway's port; undefined: nowhere. */
  readonly appPort: number | undefined;
}

export async function runApps({ names, composition, log, logger, shutdown, appPort }: RunApps): Promise<Supervisor> {
  const { settings } = composition;
  const instance = `${hostname()}-${process.pid}`;
  const now = Date.now;
  const processMetrics = createMetrics();
  const measuring = startProcessMetrics(processMetrics);
  const deadLetters = watchDeadLetters(log, processMetrics);
  shutdown.add('metrics', async () => {
    measuring.stop();
    await deadLetters.stop();
  });
  const supervisor = createSupervisor({ context: { log, logger, settings, instance, now } });
  const states = () => supervisor.states;
  const heartbeats = startHeartbeats({ log, states, instance, version, now });
  shutdown.add('heartbeats', heartbeats.stop);
  const operatorPages = createOperatorPages({
    states,
    expected: names,
    logCheck: heartbeats.logCheck,
    processMetrics,
    instance,
    version,
    startedAt: now(),
  });
  if (appPort !== undefined) {
    const server = await startAppServer({ host: settings.HOST, port: appPort, pages: operatorPages });
    shutdown.add('app port', server.close);
    logger.info(`health, readiness and metrics: ${server.address}/health /ready /metrics`);
  }
  shutdown.add('apps', supervisor.stop);
  for (const name of names) await supervisor.start(appOf(name, composition, { operatorPages, logger }));
  return supervisor;
}
