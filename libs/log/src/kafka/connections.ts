/** Connections to brokers, kept open and shared within a lane. A broker answers one request of a connection at a time. */
import { Connection } from '@platformatic/kafka';

export interface Address {
  readonly host: string;
  readonly port: number;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** Longer than any request of ours waits at the broker on purpose. */
const REQUEST_TIMEOUT_MS = 15_000;
/** Requests written ahead of their answers on one connection; the broker still handles them in order. */
const PIPELINED_REQUESTS_MAX = 32;

export class Connections {
  readonly #clientId: string;
  readonly #lanes = new Map<string, Map<string, Promise<Connection>>>();
  #closed = false;

  constructor(clientId: string) {
    this.#clientId = clientId;
  }

  async get(lane: string, address: Address): Promise<Connection> {
    if (this.#closed) throw new Error('the log is closed');
    const open = this.#lanes.get(lane) ?? new Map<string, Promise<Connection>>();
    this.#lanes.set(lane, open);
    const key = `${address.host}:${address.port}`;
    let connecting = open.get(key);
    if (!connecting) {
      connecting = this.#connect(address, () => open.delete(key));
      open.set(key, connecting);
    }
    return connecting;
  }

  async #connect(address: Address, forget: () => void): Promise<Connection> {
    const connection = new Connection(this.#clientId, {
      connectTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      maxInflights: PIPELINED_REQUESTS_MAX,
    });
    connection.on('close', forget);
    // Requests under way are told by their own callbacks.
    connection.on('error', forget);
    try {
      await connection.connect(address.host, address.port);
    } catch (cause) {
      forget();
      throw cause;
    }
    return connection;
  }

  /** Ends the connections of a lane at once; what waits for an answer on them fails. */
  async drop(lane: string): Promise<void> {
    const open = this.#lanes.get(lane);
    this.#lanes.delete(lane);
    await Promise.all([...(open?.values() ?? [])].map(destroy));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#lanes.keys()].map((lane) => this.drop(lane)));
  }
}

async function destroy(connecting: Promise<Connection>): Promise<void> {
  try {
    const connection = await connecting;
    if (connection.isConnected()) connection.socket.destroy();
  } catch {
    // It never connected: nothing to end.
  }
}
