/** The HTTP server: routes, the page, WebSockets, and an end that takes everything with it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { reasonOf, ScreenerError } from '@screener/errors';
import { type Logger, listen } from '@screener/service';
import { type WebSocket, WebSocketServer } from 'ws';
import { limits, times } from '../limits.ts';
import { type Answer, type ApiRequest, errorAnswer } from './answer.ts';
import type { Page } from './page.ts';
import { decode, type Router } from './router.ts';

export interface SocketPath {
  readonly path: string;
  readonly protocol: string;
  readonly accept: (socket: WebSocket) => void;
}

export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  readonly router: Router;
  readonly page: Page;
  readonly sockets: readonly SocketPath[];
  readonly logger: Logger;
  readonly answered?: (status: number) => void;
}

export interface HttpServer {
  /** http://host:port as a browser of this machine can open it. */
  readonly address: string;
  readonly port: number;
  readonly openSockets: () => number;
  close(): Promise<void>;
}

const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { logger } = options;
  const server = createServer({
    requestTimeout: times.requestMs,
    headersTimeout: times.requestMs,
    keepAliveTimeout: 5_000,
  });
  server.maxConnections = limits.connections;
  const webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => options.sockets.find(({ protocol }) => offered.has(protocol))?.protocol ?? false,
  });
  server.on('request', (request, response) => {
    answerRequest(options, request, response).catch((cause: unknown) => {
      logger.debug(`answering ${request.url}: ${reasonOf(cause)}`, { cause });
      response.destroy();
    });
  });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    upgrade(options, webSockets, request, socket, head);
  });
  // What is no HTTP at all gets no page of ours, just an end.
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });
  const listening = await listen(server, { host: options.host, port: options.port, hint: 'PORT or --port' });
  const pings = pingSockets(webSockets);
  return {
    ...listening,
    openSockets: () => webSockets.clients.size,
    close: () => closeAll(server, webSockets, pings),
  };
}

async function answerRequest(
  options: HttpServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = await makeAnswer(options, request);
  options.answered?.(answer.status);
  // A client that is gone needs no answer.
  if (response.destroyed) return;
  const headers: Record<string, string | number> = { ...securityHeaders, ...answer.headers };
  headers['content-length'] = Buffer.byteLength(answer.body);
  // The rest of a body that was too large is not waited for.
  if (answer.status === 413) headers.connection = 'close';
  response.writeHead(answer.status, headers).end(answer.body);
}

async function makeAnswer(options: HttpServerOptions, request: IncomingMessage): Promise<Answer> {
  const { router, page, logger } = options;
  const method = request.method ?? 'GET';
  const [path = '/', query = ''] = splitOnce(request.url ?? '/', '?');
  try {
    const found = router.find(method, path);
    if (found) return await found.route.answer(apiRequest(request, method, path, query, found.parts));
    const decoded = decode(path);
    if ((method === 'GET' || method === 'HEAD') && decoded?.startsWith('/') && !router.owns(decoded)) {
      const file = page.answer(decoded, /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? '')));
      if (file) return file;
    }
    throw new ScreenerError('PATH_UNKNOWN', { path: path.slice(0, 200), expected: `one of ${router.paths}` });
  } catch (thrown) {
    return errorAnswer(thrown, path.slice(0, 200), (cause) => {
      logger.error(`${method} ${path}: ${reasonOf(cause)}`, { cause });
    });
  }
}

const splitOnce = (text: string, mark: string): readonly [string, string] => {
  const at = text.indexOf(mark);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
};

function apiRequest(
  request: IncomingMessage,
  method: string,
  path: string,
  query: string,
  parts: Readonly<Record<string, string>>,
): ApiRequest {
  return {
    method,
    path,
    query: new URLSearchParams(query),
    headers: request.headers,
    parts,
    async body() {
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of request as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > limits.bodyBytes) throw new ScreenerError('BODY_TOO_LARGE', { path, most: limits.bodyBytes });
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    },
  };
}

function upgrade(
  { sockets, router }: HttpServerOptions,
  webSockets: WebSocketServer,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const [path] = splitOnce(request.url ?? '/', '?');
  const wanted = sockets.find((entry) => entry.path === path);
  const origin = request.headers.origin;
  try {
    if (!wanted) {
      const expected = `a WebSocket at ${sockets.map((entry) => entry.path).join(', ')}`;
      throw new ScreenerError('PATH_UNKNOWN', {
        path: path.slice(0, 200),
        expected: `${expected} (others: ${router.paths})`,
      });
    }
    if (origin !== undefined && !isOwnPage(origin, request.headers.host)) {
      throw new ScreenerError('ORIGIN_REFUSED', { origin: origin.slice(0, 200) });
    }
    if (webSockets.clients.size >= limits.sockets) {
      throw new ScreenerError('CLIENTS_TOO_MANY', { found: webSockets.clients.size, most: limits.sockets });
    }
  } catch (thrown) {
    const { status, headers, body } = errorAnswer(thrown, path, () => {});
    const lines = Object.entries({ ...headers, connection: 'close', 'content-length': Buffer.byteLength(body) });
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    socket.end(`HTTP/1.1 ${status} Refused\r\n${head}\r\n${body}`);
    return;
  }
  webSockets.handleUpgrade(request, socket, head, (accepted) => {
    // Its close event follows; without a listener the error would be the process's.
    accepted.on('error', () => {});
    wanted?.accept(accepted);
  });
}

/** A page of another site must not read through the browser of somebody who can reach us. */
export function isOwnPage(origin: string, host: string | undefined): boolean {
  if (!URL.canParse(origin)) return false;
  const { host: pageHost, hostname } = new URL(origin);
  // A development server of this machine forwards to us under its own name.
  return pageHost === host || hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
}

/** A socket that answers no ping is gone, even where the network says nothing. */
function pingSockets(webSockets: WebSocketServer): NodeJS.Timeout {
  const silent = new WeakSet<WebSocket>();
  return setInterval(() => {
    for (const socket of webSockets.clients) {
      if (silent.has(socket)) {
        socket.terminate();
        continue;
      }
      silent.add(socket);
      socket.once('pong', () => silent.delete(socket));
      socket.ping();
    }
  }, times.socketPingMs);
}

async function closeAll(server: Server, webSockets: WebSocketServer, pings: NodeJS.Timeout): Promise<void> {
  clearInterval(pings);
  for (const socket of webSockets.clients) socket.close(1001, 'the gateway stops: reconnect in a moment');
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const impatient = setTimeout(() => {
    for (const socket of webSockets.clients) socket.terminate();
    server.closeAllConnections();
  }, times.stopMs);
  await closed;
  clearTimeout(impatient);
}
