/**
 * A TCP proxy that can go wrong on purpose. Clients come through it because the broker advertises its address.
 * What is held back while it is silent is delivered afterwards, as a network does that heals: late requests of an owner
 * that was replaced meanwhile are the interesting ones.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
}

type Mode = 'open' | 'refusing' | 'silent';

/** Bytes that wait in one direction of one connection; beyond that the sender has to wait. */
const delayedBytesMax = 1_048_576;

export class TcpProxy {
  readonly port: number;
  /** Chunks that were delivered late. */
  delayedChunks = 0;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  /** Clients whose other side is gone without their knowing. */
  readonly #orphans = new Set<Socket>();
  #target: number | undefined;
  #mode: Mode = 'open';
  #delayMs = 0;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (client) => this.#accept(client));
  }

  static async listen(): Promise<TcpProxy> {
    const server = createServer({ noDelay: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TcpProxy(server);
  }

  set target(port: number) {
    this.#target = port;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** Ends every connection at once and refuses new ones; returns how many were open. */
  cut(): number {
    this.#mode = 'refusing';
    return this.#endAll();
  }

  /** Nothing passes any more, in either direction, and nobody is told; returns how many connections that concerns. */
  silence(): number {
    this.#mode = 'silent';
    for (const { client, server } of this.#pairs) for (const socket of [client, server]) socket.pause();
    return this.#pairs.size;
  }

  /** The brokers' side of every connection is gone, the clients' side never hears of it. New connections work. */
  halfOpen(): number {
    const { size } = this.#pairs;
    for (const pair of [...this.#pairs]) {
      this.#pairs.delete(pair);
      pair.client.resume();
      this.#orphans.add(pair.client);
      pair.client.once('close', () => this.#orphans.delete(pair.client));
      pair.server.resetAndDestroy();
    }
    return size;
  }

  /** Every chunk arrives so much later. */
  delay(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  heal(): void {
    this.#mode = 'open';
    this.#delayMs = 0;
    for (const { client, server } of this.#pairs) for (const socket of [client, server]) socket.resume();
  }

  async close(): Promise<void> {
    this.#endAll();
    for (const orphan of this.#orphans) orphan.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #endAll(): number {
    const { size } = this.#pairs;
    for (const { client, server } of [...this.#pairs]) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
    this.#pairs.clear();
    return size;
  }

  #accept(client: Socket): void {
    client.on('error', () => {});
    if (this.#mode === 'refusing' || this.#target === undefined) return void client.resetAndDestroy();
    const server = connect({ host: '127.0.0.1', port: this.#target, noDelay: true });
    const pair = { client, server };
    this.#pairs.add(pair);
    server.on('error', () => {});
    this.#forward(client, server);
    this.#forward(server, client);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      socket.once('close', () => {
        if (this.#pairs.delete(pair)) other.destroy();
      });
    }
    if (this.#mode === 'silent') for (const socket of [client, server]) socket.pause();
  }

  #forward(from: Socket, to: Socket): void {
    // In order, whatever the delay was when they came; `null`: the sender has finished.
    const late: (Uint8Array | null)[] = [];
    let lateBytes = 0;
    const passOn = (chunk: Uint8Array | null): void => {
      if (chunk === null) to.end();
      else this.#write(from, to, chunk);
    };
    const take = (chunk: Uint8Array | null): void => {
      if (this.#delayMs === 0 && late.length === 0) {
        passOn(chunk);
        return;
      }
      late.push(chunk);
      lateBytes += chunk?.length ?? 0;
      this.delayedChunks += 1;
      if (lateBytes > delayedBytesMax) from.pause();
      setTimeout(() => {
        const next = late.shift() ?? null;
        lateBytes -= next?.length ?? 0;
        passOn(next);
      }, this.#delayMs);
    };
    from.on('data', take);
    from.on('end', () => take(null));
  }

  #write(from: Socket, to: Socket, chunk: Uint8Array): void {
    if (to.destroyed || to.writableEnded) return;
    const flows = to.write(chunk);
    if (this.#mode === 'silent') return;
    if (flows) {
      if (from.isPaused()) from.resume();
      return;
    }
    from.pause();
    to.once('drain', () => {
      if (this.#mode !== 'silent') from.resume();
    });
  }
}
