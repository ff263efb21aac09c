/**
 * The WebSocket side of the simulated exchange. Since 2026-04-23 klines live under /market; the old unrouted paths (and
 * /public, /private) connect, acknowledge and stay silent, as on the real one.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

export interface Connection {
  readonly id: number;
  readonly openedAt: number;
  readonly socket: WebSocket;
  readonly streams: Set<string>;
  /** Wrapped as {"stream","data"}. */
  readonly combined: boolean;
  /** Acknowledges and never sends an event. */
  silent: boolean;
  pongAt: number;
}

/** Where faults come in; the honest path has none. */
export interface StreamSeam {
  /** False: the TCP connection is accepted and nothing is ever said on it. */
  answers(socket: Duplex): boolean;
  opened(connection: Connection): void;
  delivers(connection: Connection, stream: string): boolean;
}

/** A client that reads too slowly is cut off: it must not cost memory. */
const unsentBytesMax = 16 * 1_024 * 1_024;
const messageBytesMax = 64 * 1_024;
const streamsPerConnectionMax = 1_024;
const pingEveryMs = 180_000;
const pongWithinMs = 600_000;
const route = /^(?:\/(market|public|private))?\/(ws|stream)(?:\/(.+))?$/;

export class StreamApi {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: messageBytesMax });
  readonly #connections = new Set<Connection>();
  /** Subscribers by stream name. */
  readonly #listeners = new Map<string, Set<Connection>>();
  readonly #now: () => number;
  /** False: the exchange has no /market, its streams speak on the bare paths. */
  readonly #routed: boolean;
  readonly #exchangeNow: () => number;
  readonly #pings: NodeJS.Timeout;
  readonly #seam: StreamSeam | undefined;
  readonly #unanswered = new Set<Duplex>();
  #opened = 0;

  /** `exchangeNow`: simulated time, which the age of a connection counts in. */
  constructor(now: () => number, seam?: StreamSeam, exchangeNow = now, routed = true) {
    this.#routed = routed;
    this.#now = now;
    this.#exchangeNow = exchangeNow;
    this.#seam = seam;
    this.#pings = setInterval(() => this.#ping(), pingEveryMs);
    this.#pings.unref();
  }

  get connections(): ReadonlySet<Connection> {
    return this.#connections;
  }

  wanted(stream: string): boolean {
    return this.#listeners.has(stream);
  }

  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'ws://exchange');
    const match = route.exec(pathname);
    if (match === null || (!this.#routed && match[1] !== undefined)) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    if (this.#seam?.answers(socket) === false) {
      this.#unanswered.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.#unanswered.delete(socket));
      return;
    }
    const [, family, kind, path = ''] = match;
    const asked = kind === 'stream' ? (searchParams.get('streams') ?? '') : safelyDecoded(path);
    this.#server.handleUpgrade(request, socket, head, (client) => {
      const connection: Connection = {
        id: ++this.#opened,
        openedAt: this.#exchangeNow(),
        socket: client,
        streams: new Set(),
        combined: kind === 'stream',
        silent: this.#routed && family !== 'market',
        pongAt: this.#now(),
      };
      this.#seam?.opened(connection);
      this.#connections.add(connection);
      client.on('pong', () => {
        connection.pongAt = this.#now();
      });
      client.on('message', (message) => this.#message(connection, String(message)));
      client.on('close', () => this.#forget(connection));
      client.on('error', () => client.terminate());
      this.#subscribe(
        connection,
        asked.split('/').filter((name) => name !== ''),
      );
    });
  };

  /** `data` is the event as JSON text. True when somebody got it. */
  send(stream: string, data: string): boolean {
    const listeners = this.#listeners.get(stream);
    if (listeners === undefined) return false;
    let sent = false;
    let wrapped: string | undefined;
    for (const connection of listeners) {
      const { socket, combined, silent } = connection;
      if (silent || socket.readyState !== socket.OPEN) continue;
      if (this.#seam?.delivers(connection, stream) === false) continue;
      if (socket.bufferedAmount > unsentBytesMax) {
        socket.terminate();
        continue;
      }
      wrapped ??= `{"stream":${JSON.stringify(stream)},"data":${data}}`;
      socket.send(combined ? wrapped : data);
      sent = true;
    }
    return sent;
  }

  async close(): Promise<void> {
    clearInterval(this.#pings);
    for (const { socket } of this.#connections) socket.terminate();
    for (const socket of this.#unanswered) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #message(connection: Connection, text: string): void {
    let request: { method?: unknown; params?: unknown; id?: unknown };
    try {
      request = Object(JSON.parse(text));
    } catch {
      connection.socket.send('{"error":{"code":3,"msg":"Invalid JSON: expected value at line 1 column 1"}}');
      return;
    }
    const id = request.id ?? null;
    const names = Array.isArray(request.params) ? request.params.map(String) : [];
    const answer = (body: object): void => connection.socket.send(JSON.stringify({ ...body, id }));
    if (request.method === 'SUBSCRIBE') {
      if (connection.streams.size + names.length > streamsPerConnectionMax) {
        answer({ error: { code: 2, msg: `Invalid request: too many streams, at most ${streamsPerConnectionMax}` } });
        return;
      }
      this.#subscribe(connection, names);
      answer({ result: null });
    } else if (request.method === 'UNSUBSCRIBE') {
      for (const name of names) this.#unsubscribe(connection, name);
      answer({ result: null });
    } else if (request.method === 'LIST_SUBSCRIPTIONS') answer({ result: [...connection.streams] });
    else answer({ error: { code: 2, msg: 'Invalid request: unknown variant of method' } });
  }

  #subscribe(connection: Connection, names: readonly string[]): void {
    for (const name of names.slice(0, streamsPerConnectionMax)) {
      connection.streams.add(name);
      if (connection.silent) continue;
      const listeners = this.#listeners.get(name);
      if (listeners === undefined) this.#listeners.set(name, new Set([connection]));
      else listeners.add(connection);
    }
  }

  #unsubscribe(connection: Connection, name: string): void {
    connection.streams.delete(name);
    const listeners = this.#listeners.get(name);
    listeners?.delete(connection);
    if (listeners?.size === 0) this.#listeners.delete(name);
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection);
    for (const name of [...connection.streams]) this.#unsubscribe(connection, name);
  }

  #ping(): void {
    for (const { socket, pongAt } of this.#connections) {
      if (this.#now() - pongAt > pongWithinMs) socket.terminate();
      else socket.ping(String(this.#now()));
    }
  }
}

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
