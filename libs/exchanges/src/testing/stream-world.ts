/**
 * A small exchange on the loopback that pushes klines as Binance does, a client of it, and time that both go by. What a
 * test wants to go wrong it says in `speaks`, `greets` and with the sockets themselves.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as realPause } from 'node:timers/promises';
import { MINUTE_MS } from '@screener/market';
import { type WebSocket, WebSocketServer } from 'ws';
import { binanceProtocol } from '../binance/stream-protocol.ts';
import { binanceUsdm } from '../binance-usdm/binance-usdm.ts';
import type { ExchangeProblem, KlineStream, KlineUpdate, PriceUpdate, StreamLimits } from '../exchange.ts';
import { klineStreams } from '../stream/kline-streams.ts';
import type { StreamProtocol } from '../stream/stream-protocol.ts';
import { ManualClock } from './manual-clock.ts';

export interface ListenOptions {
  readonly limits?: Partial<StreamLimits>;
  readonly streamsPerConnectionMax?: number;
  readonly protocol?: StreamProtocol;
  readonly random?: () => number;
}

export interface ServedConnection {
  /** From 1, in the order in which they were opened. */
  readonly id: number;
  readonly url: string;
  readonly socket: WebSocket;
  readonly openedAt: number;
  readonly symbols: Set<string>;
  /** What the client sent, with the time. */
  readonly messages: { readonly at: number; readonly text: string }[];
  closedAt: number | undefined;
  /** Hears nothing any more and says nothing, but TCP stands. */
  dead: boolean;
}

export const usdm = binanceProtocol(binanceUsdm.streams);
export const stepMs = 250;
const start = Date.UTC(2026, 6, 26, 6, 48, 5);
const settleRounds = 3;

export class StreamWorld {
  readonly clock = new ManualClock(start);
  readonly connections: ServedConnection[] = [];
  readonly updates: KlineUpdate[] = [];
  readonly prices: PriceUpdate[] = [];
  readonly problems: ExchangeProblem[] = [];
  /** Whether a stream says something now; each does at every step. */
  speaks: (connection: ServedConnection, symbol: string) => boolean = () => true;
  /** False: the connection is closed as soon as it is open. */
  greets: (connection: ServedConnection) => boolean = () => true;
  /** Whether a subscription of these is taken. */
  accepts: (symbols: readonly string[]) => boolean = () => true;
  /** False: TCP is accepted, and nothing comes of it. */
  welcomes: () => boolean = () => true;
  readonly #server: Server;
  readonly #sockets: Socket[] = [];
  readonly #sentMinute = new Map<string, number>();
  #stream: KlineStream | undefined;

  private constructor(server: Server) {
    this.#server = server;
    const sockets = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      if (!this.welcomes()) return;
      sockets.handleUpgrade(request, socket, head, (client) => this.#opened(client, request.url ?? ''));
    });
    server.on('connection', (socket) => this.#sockets.push(socket));
  }

  static async open(): Promise<StreamWorld> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new StreamWorld(server);
  }

  get wsBase(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get open(): readonly ServedConnection[] {
    return this.connections.filter(({ closedAt }) => closedAt === undefined);
  }

  listen(symbols: readonly string[], options: ListenOptions = {}): KlineStream {
    const { limits, streamsPerConnectionMax = 200, protocol = usdm, random = () => 0.5 } = options;
    const open = klineStreams({
      protocol,
      capabilities: {
        wsBase: this.wsBase,
        streamsPerConnectionMax,
        streamLimits: { ...binanceUsdm.streamLimits, ...limits },
      },
      silentAfterMs: undefined,
      now: this.clock.now,
      random,
      timers: this.clock,
    });
    this.#stream = open(symbols, {
      kline: (update) => this.updates.push(update),
      price: (update) => this.prices.push(update),
      problem: (problem) => this.problems.push(problem),
    });
    return this.#stream;
  }

  /** Time goes by, and everybody gets to do what is due: each stream says something at every step. */
  async run(ms: number, everyMs = stepMs): Promise<void> {
    for (let gone = 0; gone < ms; gone += everyMs) await this.#step(everyMs);
  }

  /** Until it is so; fails after `withinMs` of the world's time. */
  async until(condition: () => boolean, withinMs = 120_000): Promise<void> {
    for (let gone = 0; !condition(); gone += stepMs) {
      if (gone > withinMs) throw new Error(`not so within ${withinMs} ms: ${condition}`);
      await this.#step(stepMs);
    }
  }

  /** Every stream of the connection says what it has to say now. */
  say(connection: ServedConnection): void {
    for (const symbol of connection.symbols) if (this.speaks(connection, symbol)) this.#push(connection, symbol);
  }

  async close(): Promise<void> {
    await this.#stream?.close();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  klineFrame(symbol: string, openTime: number, closed: boolean): string {
    const prices = { o: '1.5', c: '1.5', h: '1.5', l: '1.5', v: '2', q: '3', V: '1', Q: '1.5' };
    const k = { t: openTime, T: openTime + MINUTE_MS - 1, s: symbol, i: '1m', n: 1, x: closed, ...prices };
    const stream = `${symbol.toLowerCase()}@kline_1m`;
    return JSON.stringify({ stream, data: { e: 'kline', E: this.clock.now(), s: symbol, k } });
  }

  async #step(ms: number): Promise<void> {
    this.clock.advance(ms);
    for (const connection of this.open) {
      if (connection.dead) continue;
      this.say(connection);
    }
    for (let round = 0; round < settleRounds; round++) await this.#settle();
  }

  /** The final frame of a minute when it is over, the candle in progress after that. */
  #push({ id, socket }: ServedConnection, symbol: string): void {
    const open = Math.floor(this.clock.now() / MINUTE_MS) * MINUTE_MS;
    const stream = `${id} ${symbol}`;
    const sent = this.#sentMinute.get(stream);
    this.#sentMinute.set(stream, open);
    if (sent !== undefined && sent < open) socket.send(this.klineFrame(symbol, sent, true));
    else socket.send(this.klineFrame(symbol, open, false));
  }

  /** All that is on its way arrives: a pong follows what was sent before its ping, and what was answered to it. */
  async #settle(): Promise<void> {
    await realPause(1);
    const answered = this.open
      .filter(({ dead, socket }) => !dead && socket.readyState === socket.OPEN)
      .map(({ socket }) => {
        return new Promise<void>((resolve) => {
          const done = (): void => {
            socket.off('pong', done).off('close', done);
            resolve();
          };
          socket.on('pong', done).on('close', done).ping();
        });
      });
    await Promise.all(answered);
  }

  #opened(socket: WebSocket, url: string): void {
    const streams = new URL(url, 'ws://x').searchParams.get('streams') ?? '';
    const connection: ServedConnection = {
      id: this.connections.length + 1,
      url,
      socket,
      openedAt: this.clock.now(),
      symbols: new Set(symbolsOf(streams === '' ? [] : streams.split('/'))),
      messages: [],
      closedAt: undefined,
      dead: false,
    };
    this.connections.push(connection);
    socket.on('message', (data) => this.#heard(connection, data.toString()));
    socket.on('close', () => {
      connection.closedAt = this.clock.now();
    });
    if (!this.greets(connection)) socket.terminate();
  }

  #heard(connection: ServedConnection, text: string): void {
    connection.messages.push({ at: this.clock.now(), text });
    const { method, params, id } = JSON.parse(text);
    const symbols = symbolsOf(params);
    if (!this.accepts(symbols)) {
      connection.socket.send(JSON.stringify({ error: { code: 2, msg: 'Invalid request' }, id }));
      return;
    }
    for (const symbol of symbols) {
      if (method === 'SUBSCRIBE') connection.symbols.add(symbol);
      else connection.symbols.delete(symbol);
    }
    connection.socket.send(JSON.stringify({ result: null, id }));
  }
}

const symbolsOf = (streams: readonly string[]): readonly string[] =>
  streams.filter((name) => name.endsWith('@kline_1m')).map((name) => name.slice(0, -'@kline_1m'.length).toUpperCase());
