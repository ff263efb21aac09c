/**
 * The WebSocket side of the simulated exchange. Since 2026-04-23 klines live under /market; the old unrouted paths (and
 * /public, /private) connect, acknowledge and stay silent, as on the real one.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

interface Session {
  readonly socket: WebSocket;
  readonly streams: Set<string>;
  /** Wrapped as {"stream","data"}. */
  readonly combined: boolean;
  readonly silent: boolean;
  pongAt: number;
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
  readonly #sessions = new Set<Session>();
  /** Subscribers by stream name. */
  readonly #listeners = new Map<string, Set<Session>>();
  readonly #now: () => number;
  readonly #pings: NodeJS.Timeout;

  constructor(now: () => number) {
    this.#now = now;
    this.#pings = setInterval(() => this.#ping(), pingEveryMs);
    this.#pings.unref();
  }

  get connections(): number {
    return this.#sessions.size;
  }

  wanted(stream: string): boolean {
    return this.#listeners.has(stream);
  }

  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'ws://exchange');
    const match = route.exec(pathname);
    if (match === null) {
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const [, family, kind, path = ''] = match;
    const asked = kind === 'stream' ? (searchParams.get('streams') ?? '') : safelyDecoded(path);
    this.#server.handleUpgrade(request, socket, head, (client) => {
      const session: Session = {
        socket: client,
        streams: new Set(),
        combined: kind === 'stream',
        silent: family !== 'market',
        pongAt: this.#now(),
      };
      this.#sessions.add(session);
      client.on('pong', () => {
        session.pongAt = this.#now();
      });
      client.on('message', (message) => this.#message(session, String(message)));
      client.on('close', () => this.#forget(session));
      client.on('error', () => client.terminate());
      this.#subscribe(
        session,
        asked.split('/').filter((name) => name !== ''),
      );
    });
  };

  /** `data` is the event as JSON text. */
  send(stream: string, data: string): void {
    const listeners = this.#listeners.get(stream);
    if (listeners === undefined) return;
    let wrapped: string | undefined;
    for (const { socket, combined, silent } of listeners) {
      if (silent || socket.readyState !== socket.OPEN) continue;
      if (socket.bufferedAmount > unsentBytesMax) {
        socket.terminate();
        continue;
      }
      wrapped ??= `{"stream":${JSON.stringify(stream)},"data":${data}}`;
      socket.send(combined ? wrapped : data);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#pings);
    for (const { socket } of this.#sessions) socket.terminate();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #message(session: Session, text: string): void {
    let request: { method?: unknown; params?: unknown; id?: unknown };
    try {
      request = Object(JSON.parse(text));
    } catch {
      session.socket.send('{"error":{"code":3,"msg":"Invalid JSON: expected value at line 1 column 1"}}');
      return;
    }
    const id = request.id ?? null;
    const names = Array.isArray(request.params) ? request.params.map(String) : [];
    const answer = (body: object): void => session.socket.send(JSON.stringify({ ...body, id }));
    if (request.method === 'SUBSCRIBE') {
      if (session.streams.size + names.length > streamsPerConnectionMax) {
        answer({ error: { code: 2, msg: `Invalid request: too many streams, at most ${streamsPerConnectionMax}` } });
        return;
      }
      this.#subscribe(session, names);
      answer({ result: null });
    } else if (request.method === 'UNSUBSCRIBE') {
      for (const name of names) this.#unsubscribe(session, name);
      answer({ result: null });
    } else if (request.method === 'LIST_SUBSCRIPTIONS') answer({ result: [...session.streams] });
    else answer({ error: { code: 2, msg: 'Invalid request: unknown variant of method' } });
  }

  #subscribe(session: Session, names: readonly string[]): void {
    for (const name of names.slice(0, streamsPerConnectionMax)) {
      session.streams.add(name);
      if (session.silent) continue;
      const listeners = this.#listeners.get(name);
      if (listeners === undefined) this.#listeners.set(name, new Set([session]));
      else listeners.add(session);
    }
  }

  #unsubscribe(session: Session, name: string): void {
    session.streams.delete(name);
    const listeners = this.#listeners.get(name);
    listeners?.delete(session);
    if (listeners?.size === 0) this.#listeners.delete(name);
  }

  #forget(session: Session): void {
    this.#sessions.delete(session);
    for (const name of [...session.streams]) this.#unsubscribe(session, name);
  }

  #ping(): void {
    for (const { socket, pongAt } of this.#sessions) {
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
