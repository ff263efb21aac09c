/** Holds the connections of clients: opens, limits, pings and cuts them, and passes frames on to who listens. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { SimulatedInstrument } from '../catalogue.ts';
import type { MarketTruth } from '../truth.ts';
import { type Connection, RateCounter } from './connection.ts';
import type { Opening, StreamDialect, StreamHost } from './stream-dialect.ts';
import { StreamTraffic } from './stream-traffic.ts';

/** Where faults come in; the honest path has none. */
export interface StreamSeam {
  /** An HTTP status with which the attempt is refused. */
  refuses(): number | undefined;
  /** False: the TCP connection is accepted and nothing is ever said on it. */
  answers(socket: Duplex): boolean;
  opened(connection: Connection): void;
  /** False: acknowledged, yet never delivered on this connection. */
  subscribes(connection: Connection, stream: string): boolean;
  delivers(connection: Connection, stream: string): boolean;
  /** False: the answer to a client's ping gets lost. */
  pongs(connection: Connection): boolean;
}

export interface StreamApiOptions {
  readonly dialect: StreamDialect;
  readonly market: MarketTruth;
  readonly seam: StreamSeam;
  /** Simulated time: rates and the age of a connection count in it. */
  readonly now: () => number;
  /** The clock by which the server waits for signs of life. */
  readonly patienceNow: () => number;
}

/** A client that reads too slowly is cut off: it must not cost memory. */
const unsentBytesMax = 16 * 1_024 * 1_024;
const messageBytesMax = 64 * 1_024;
const policyViolation = 1_008;
const addressesMax = 10_000;

export class StreamApi implements StreamHost {
  readonly #options: StreamApiOptions;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: messageBytesMax });
  readonly #connections = new Set<Connection>();
  /** Subscribers by stream name. */
  readonly #listeners = new Map<string, Set<Connection>>();
  readonly #attempts = new Map<string, RateCounter>();
  readonly #unanswered = new Set<Duplex>();
  readonly #gathering: Connection[] = [];
  #patience = 0;
  readonly traffic = new StreamTraffic();
  /** Grows whenever a stream gets its first listener or loses its last one. */
  wantedVersion = 0;

  constructor(options: StreamApiOptions) {
    this.#options = options;
  }

  get connections(): ReadonlySet<Connection> {
    return this.#connections;
  }

  /** Names of the streams that somebody listens to. */
  get wanted(): Iterable<string> {
    return this.#listeners.keys();
  }

  isWanted(stream: string): boolean {
    return this.#listeners.has(stream);
  }

  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const { dialect, seam } = this.#options;
    const url = URL.parse(request.url ?? '/', 'ws://exchange');
    const address = request.socket.remoteAddress ?? 'unknown';
    socket.on('error', () => socket.destroy());
    const opening = url === null ? undefined : dialect.open(url.pathname, url.searchParams);
    const refused = opening === undefined ? 404 : (this.#refusal(address) ?? seam.refuses());
    if (opening === undefined || refused !== undefined) {
      refuse(socket, refused ?? 404);
      return;
    }
    if (!seam.answers(socket)) {
      this.#unanswered.add(socket);
      socket.on('close', () => this.#unanswered.delete(socket));
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (client) => this.#open(client, socket, address, opening));
  };

  /** `data` is the event as text. True when somebody got it. */
  send(stream: string, data: string): boolean {
    const listeners = this.#listeners.get(stream);
    if (listeners === undefined) return false;
    let sent = false;
    let wrapped: string | undefined;
    for (const connection of listeners) {
      const { socket, silent, opening } = connection;
      if (silent || socket.readyState !== socket.OPEN) continue;
      if (!this.#options.seam.delivers(connection, stream)) continue;
      if (socket.bufferedAmount > unsentBytesMax) {
        this.traffic.slowCut++;
        socket.terminate();
        continue;
      }
      if (opening.combined) wrapped ??= `{"stream":${JSON.stringify(stream)},"data":${data}}`;
      const text = opening.combined ? (wrapped ?? data) : data;
      this.#gather(connection);
      socket.send(text);
      connection.activeAt = this.#patience;
      this.traffic.frames++;
      this.traffic.characters += text.length;
      sent = true;
    }
    return sent;
  }

  /** Writes what was gathered: one call to the system for many frames. */
  flush(): void {
    for (const connection of this.#gathering.splice(0)) {
      connection.gathering = false;
      connection.transport.uncork();
    }
  }

  /** Pings and cuts who is due. */
  advance(now: number): void {
    const { ping, idleMs, lifetimeMs } = this.#options.dialect.limits;
    const patience = this.#options.patienceNow();
    this.#patience = patience;
    for (const connection of this.#connections) {
      const { socket, openedAt, unansweredSince, activeAt } = connection;
      if (lifetimeMs !== undefined && now - openedAt >= lifetimeMs) {
        this.traffic.lifetimeCut++;
        socket.terminate();
      } else if (ping !== undefined && patience - (unansweredSince ?? patience) > ping.pongWithinMs) {
        this.traffic.mutePongCut++;
        socket.terminate();
      } else if (idleMs !== undefined && patience - activeAt > idleMs) {
        this.traffic.idleCut++;
        socket.terminate();
      } else if (ping !== undefined && patience - connection.pingedAt >= ping.everyMs) {
        connection.pingedAt = patience;
        connection.unansweredSince ??= patience;
        if (socket.readyState === socket.OPEN) socket.ping(String(now));
      }
    }
  }

  async close(): Promise<void> {
    this.flush();
    for (const { socket } of this.#connections) socket.terminate();
    for (const socket of this.#unanswered) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  instrument(symbol: string): SimulatedInstrument | undefined {
    const { market, now } = this.#options;
    return market.known(symbol, now()) ? market.instrument(symbol) : undefined;
  }

  say({ socket }: Connection, text: string): void {
    if (socket.readyState === socket.OPEN) socket.send(text);
  }

  pongs(connection: Connection): boolean {
    return this.#options.seam.pongs(connection);
  }

  operates({ operations }: Connection): boolean {
    const { limits } = this.#options.dialect;
    if (limits.operations === undefined || operations.count(limits.operations, this.#options.now())) return true;
    this.traffic.operationsRefused++;
    return false;
  }

  subscribe(connection: Connection, names: readonly string[]): void {
    for (const name of names.slice(0, this.#options.dialect.limits.streamsPerConnectionMax)) {
      if (connection.streams.has(name)) continue;
      connection.streams.add(name);
      if (connection.silent) continue;
      if (!this.#options.seam.subscribes(connection, name)) {
        connection.mute.add(name);
        continue;
      }
      const listeners = this.#listeners.get(name);
      if (listeners !== undefined) listeners.add(connection);
      else {
        this.#listeners.set(name, new Set([connection]));
        this.wantedVersion++;
      }
    }
  }

  unsubscribe(connection: Connection, names: readonly string[]): void {
    for (const name of names) {
      connection.streams.delete(name);
      connection.mute.delete(name);
      const listeners = this.#listeners.get(name);
      listeners?.delete(connection);
      if (listeners?.size !== 0) continue;
      this.#listeners.delete(name);
      this.wantedVersion++;
    }
  }

  /** Too many attempts of one address. */
  #refusal(address: string): number | undefined {
    const { limits } = this.#options.dialect;
    if (this.#attemptsOf(address).count(limits.connections, this.#options.now())) return undefined;
    this.traffic.connectionsRefused++;
    return limits.refusedStatus;
  }

  #open(socket: WebSocket, transport: Duplex, address: string, opening: Opening): void {
    const { now, patienceNow, seam } = this.#options;
    const patience = patienceNow();
    const connection: Connection = {
      id: ++this.traffic.connectionsOpened,
      address,
      opening,
      openedAt: now(),
      socket,
      transport,
      streams: new Set(),
      mute: new Set(),
      messages: new RateCounter(),
      operations: new RateCounter(),
      silent: opening.silent,
      gathering: false,
      pingedAt: patience,
      unansweredSince: undefined,
      activeAt: patience,
    };
    seam.opened(connection);
    this.#connections.add(connection);
    socket.on('pong', () => {
      connection.unansweredSince = undefined;
      this.#heard(connection);
    });
    socket.on('ping', () => this.#heard(connection));
    socket.on('message', (message) => {
      if (this.#heard(connection)) this.#options.dialect.message(connection, String(message), this);
    });
    socket.on('close', () => {
      this.#connections.delete(connection);
      this.unsubscribe(connection, [...connection.streams]);
    });
    socket.on('error', () => socket.terminate());
    this.subscribe(connection, opening.streams);
  }

  /** False: it has said too much and is cut off. */
  #heard(connection: Connection): boolean {
    const { dialect, now, patienceNow } = this.#options;
    connection.activeAt = patienceNow();
    const { messages } = dialect.limits;
    if (messages === undefined || connection.messages.count(messages, now())) return true;
    this.traffic.messageRateCut++;
    connection.socket.close(policyViolation, 'Too many requests');
    return false;
  }

  #attemptsOf(address: string): RateCounter {
    if (this.#attempts.size > addressesMax) this.#attempts.clear();
    const known = this.#attempts.get(address) ?? new RateCounter();
    this.#attempts.set(address, known);
    return known;
  }

  #gather(connection: Connection): void {
    if (connection.gathering) return;
    connection.gathering = true;
    connection.transport.cork();
    this.#gathering.push(connection);
  }
}

const reasons: Readonly<Record<number, string>> = {
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

function refuse(socket: Duplex, status: number): void {
  const reason = reasons[status] ?? 'Refused';
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
