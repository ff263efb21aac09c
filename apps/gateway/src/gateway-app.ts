/** The app: views fed from the log, a table told once a second, and a server in front of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { flatMetricTableWith } from '@screener/market';
import type { App, AppContext, OperatorPages, RunningApp } from '@screener/service';
import { buildSchema } from 'graphql';
import { databaseHistory } from './database-history.ts';
import type { GatewayData } from './gateway-data.ts';
import { graphqlRoute } from './graphql/graphql-http.ts';
import { GraphQLSockets, graphqlProtocol } from './graphql/graphql-socket.ts';
import { Operations } from './graphql/operations.ts';
import { queryResolvers } from './graphql/resolvers.ts';
import { subscriptionSources } from './graphql/sources.ts';
import { type HttpServer, startHttpServer } from './http/http-server.ts';
import { Page } from './http/page.ts';
import { Router } from './http/router.ts';
import { times } from './limits.ts';
import { alertsRoutes } from './rest/alerts-routes.ts';
import { candlesRoutes } from './rest/candles-routes.ts';
import { healthRoutes } from './rest/health-routes.ts';
import { metricsRoutes } from './rest/metrics-routes.ts';
import { symbolsRoutes } from './rest/symbols-routes.ts';
import { schemaText } from './schema.graphql.ts';
import { Signal } from './signal.ts';
import { type Status, statusOf } from './status.ts';
import { TickerBoard } from './ticker-board.ts';
import { Views } from './views/views.ts';

export interface GatewayOptions {
  /** The built page. */
  readonly pageDirectory: string;
  /** True when the candles come from our simulator. */
  readonly simulated: boolean;
  /** Of the process that the gateway runs in. */
  readonly operatorPages: OperatorPages;
  /** Default: that of this package. */
  readonly version?: string | undefined;
  /** Where older candles come from; none: from memory only. */
  readonly databaseUrl?: string | undefined;
}

export interface RunningGateway extends RunningApp {
  /** http://host:port */
  readonly address: string;
  readonly port: number;
}

export interface GatewayApp extends App {
  start(context: AppContext): Promise<RunningGateway>;
}

const HOUR_MS = 3_600_000;

const ownVersion = (): string =>
  String(
    (JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as { version: string }).version,
  );

export const createGateway = (options: GatewayOptions): GatewayApp => ({
  name: 'gateway',
  async start(context) {
    const { log, logger, settings, now } = context;
    const views = new Views(now);
    const basis = settings.CHANGE_BASIS;
    const board = new TickerBoard({ instruments: views.instruments, metrics: views.metrics, basis });
    const url = options.databaseUrl ?? settings.DATABASE_URL;
    const history = url === undefined ? undefined : databaseHistory(url, logger);
    const { version = ownVersion(), simulated } = options;
    const data: GatewayData = {
      views,
      board,
      history,
      basis,
      metricTable: flatMetricTableWith(settings.CUSTOM_WINDOWS),
      now,
      statusTold: new Signal<Status>(),
      retentionMs: settings.RETENTION_HOURS * HOUR_MS,
      status: () => statusOf({ views, engine: log.engine, version, simulated }, now()),
    };
    const operations = new Operations({
      schema: buildSchema(schemaText),
      resolvers: queryResolvers(data),
      sources: subscriptionSources(data),
      logger,
    });
    // The port first: whether it is free decides whether anything else is worth starting.
    const server = await startServer(data, operations, options, context);
    views.touched.listen(({ instrument, seenMs }) => board.touch(instrument, seenMs));
    const failed = views.follow(log, logger, data.retentionMs);
    failed.catch(() => {});
    const tickNow = () => tick(data, operations, server, context);
    const endMeasuring = measure(context.metrics, { data, operations, server });
    const timer = setInterval(tickNow, times.tickMs);
    views.primed.listen(tickNow);
    tickNow();
    logger.debug(`the page and the APIs are at ${server.address}`);
    return {
      address: server.address,
      port: server.port,
      failed,
      // In reverse order of their start.
      async stop() {
        clearInterval(timer);
        endMeasuring();
        await server.close();
        await views.close();
        await history?.close();
      },
    };
  },
});

function startServer(
  data: GatewayData,
  operations: Operations,
  { pageDirectory, operatorPages }: GatewayOptions,
  { settings, logger, now, metrics }: AppContext,
): Promise<HttpServer> {
  const sockets = new GraphQLSockets(operations, logger);
  const router = new Router([
    graphqlRoute(operations),
    ...healthRoutes(data, operatorPages),
    ...alertsRoutes(data),
    ...metricsRoutes(data),
    ...symbolsRoutes(data),
    ...candlesRoutes(data),
  ]);
  const answers = metrics.counter('screener_gateway_answers_total', 'Answers to HTTP requests, by status', ['status']);
  return startHttpServer({
    host: settings.HOST,
    port: settings.PORT,
    router,
    page: new Page(pageDirectory, now),
    sockets: [{ path: '/graphql', protocol: graphqlProtocol, accept: (socket) => sockets.accept(socket) }],
    logger,
    answered: (status) => answers.inc(1, { status: String(status) }),
  });
}

interface Measured {
  readonly data: GatewayData;
  readonly operations: Operations;
  readonly server: HttpServer;
}

function measure(metrics: AppContext['metrics'], { data, operations, server }: Measured): () => void {
  const sockets = metrics.gauge('screener_gateway_sockets', 'WebSockets that are open');
  const subscriptions = metrics.gauge('screener_gateway_subscriptions', 'Subscriptions under way on them');
  const primed = metrics.gauge('screener_gateway_instruments_ready', 'Instruments whose numbers the page has');
  return metrics.beforeRead(() => {
    sockets.set(server.openSockets());
    subscriptions.set(operations.subscriptions);
    primed.set(data.status().primed);
  });
}

/** Once a second: rows that changed, how all is, and what is too old. */
function tick(data: GatewayData, operations: Operations, server: HttpServer, { report, now }: AppContext): void {
  data.board.tick(now());
  data.views.alerts.expire(now() - data.retentionMs);
  data.views.alertSummaries.expire(now() - data.retentionMs);
  const status = data.status();
  data.statusTold.emit(status);
  report('running', `${server.address}: ${status.text}`, {
    port: server.port,
    primed: status.primed,
    instruments: status.total,
    clients: server.openSockets(),
    subscriptions: operations.subscriptions,
    eventsRead: data.views.eventsRead,
  });
}
