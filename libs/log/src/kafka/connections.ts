/** Connections to brokers, kept open and shared within a lane. A broker answers one request of a connection at a time. */
import type { Address, BrokerConnection, KafkaClient } from './client.ts';

export class Connections {
  readonly #client: KafkaClient;
  readonly #lanes = new Map<string, Map<string, Promise<BrokerConnection>>>();
  #closed = false;

  constructor(client: KafkaClient) {
    this.#client = client;
  }

  async get(lane: string, address: Address): Promise<BrokerConnection> {
    if (this.#closed) throw new Error('the log is closed');
    const open = this.#lanes.get(lane) ?? new Map<string, Promise<BrokerConnection>>();
    this.#lanes.set(lane, open);
    const key = `${address.host}:${address.port}`;
    let connecting = open.get(key);
    if (!connecting) {
      connecting = this.#connect(address, () => open.delete(key));
      open.set(key, connecting);
    }
    return connecting;
  }

  async #connect(address: Address, forget: () => void): Promise<BrokerConnection> {
    try {
      const connection = await this.#client.connect(address);
      connection.onClose(forget);
      return connection;
    } catch (cause) {
      forget();
      throw cause;
    }
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

async function destroy(connecting: Promise<BrokerConnection>): Promise<void> {
  try {
    (await connecting).destroy();
  } catch {
    // It never connected: nothing to end.
  }
}
