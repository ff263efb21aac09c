/** The app's own port: `/health`, `/ready` and `/metrics` of this process, and nothing else. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { ScreenerError } from '@screener/errors';
import { listen } from './listen.ts';
import { expositionType } from './metrics/exposition.ts';
import type { OperatorPages } from './operator-pages.ts';

export interface AppServer {
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

export interface AppServerOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly pages: OperatorPages;
}

/** Probes and scrapers are few; more than that are none of them. */
const CONNECTIONS_MAX = 100;
const REQUEST_WITHIN_MS = 5_000;

export async function startAppServer({ host, port, pages }: AppServerOptions): Promise<AppServer> {
  const server = createServer(
    { requestTimeout: REQUEST_WITHIN_MS, headersTimeout: REQUEST_WITHIN_MS },
    (request, response) => answerRequest(pages, request, response),
  );
  server.maxConnections = CONNECTIONS_MAX;
  server.on('clientError', (_error, socket) => socket.destroy());
  const listening = await listen(server, { host, port, hint: 'APP_PORT' });
  return {
    ...listening,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // A scraper that keeps its connection must not keep the process.
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const jsonType = 'application/json; charset=utf-8';
const paths: Readonly<Record<string, (pages: OperatorPages) => Answer>> = {
  '/health': (pages) => verdict(pages.health()),
  '/ready': (pages) => verdict(pages.ready()),
  '/metrics': (pages) => ({ status: 200, type: expositionType, text: pages.metrics() }),
};

const verdict = ({ httpStatus, body }: { httpStatus: number; body: unknown }): Answer => ({
  status: httpStatus,
  type: jsonType,
  text: JSON.stringify(body),
});

function answerRequest(pages: OperatorPages, request: IncomingMessage, response: ServerResponse): void {
  const { status, type, text, headers } = answerOf(pages, request.method ?? 'GET', request.url ?? '/');
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // The body of a request is never read.
    ...(request.method === 'GET' || request.method === 'HEAD' ? {} : { connection: 'close' }),
    ...headers,
  });
  // Node leaves the body of an answer to HEAD away.
  response.end(text);
}

function answerOf(pages: OperatorPages, method: string, url: string): Answer {
  const path = (url.split('?', 1)[0] ?? '/').slice(0, 200);
  const page = Object.hasOwn(paths, path) ? paths[path] : undefined;
  if (page === undefined) {
    return refusal(
      404,
      new ScreenerError('PATH_UNKNOWN', { path, expected: `one of ${Object.keys(paths).join(', ')}` }),
    );
  }
  if (method === 'GET' || method === 'HEAD') return page(pages);
  const refused = new ScreenerError('METHOD_REFUSED', { method, path, expected: 'GET or HEAD' });
  return { ...refusal(405, refused), headers: { allow: 'GET, HEAD' } };
}

const refusal = (status: number, { code, message }: ScreenerError): Answer => ({
  status,
  type: jsonType,
  text: JSON.stringify({ error: { code, message } }),
});
