/** Connections to brokers, kept open and shared within a lane. A broker answers one request of a connection at a time. */
import type { Address, BrokerConnection, KafkaClient } from './client.ts';

interface Entry {
  readonly ready: Promise<BrokerConnection>;
  /** From the moment it is connected, which is before it may be used. */
  connected?: BrokerConnection;
  /** Nobody wants it any more. */
  dropped: boolean;
}

export class Connections {
  readonly #client: KafkaClient;
  readonly #check: (connection: BrokerConnection) => Promise<void>;
  readonly #lanes = new Map<string, Map<string, Entry>>();
  #closed = false;

  /** `check` goes over each new connection first; where it throws, the connection is not used. */
  constructor(client: KafkaClient, check: (connection: BrokerConnection) => Promise<void>) {
    this.#client = client;
    this.#check = check;
  }

  async get(lane: string, address: Address): Promise<BrokerConnection> {
    if (this.#closed) throw new Error('the log is closed');
    const open = this.#lanes.get(lane) ?? new Map<string, Entry>();
    this.#lanes.set(lane, open);
    const key = `${address.host}:${address.port}`;
    const known = open.get(key);
    if (known) return known.ready;
    const entry: Entry = { ready: Promise.resolve().then(() => this.#connect(address, entry, forget)), dropped: false };
    const forget = (): void => {
      if (open.get(key) === entry) open.delete(key);
    };
    open.set(key, entry);
    return entry.ready;
  }

  async #connect(address: Address, entry: Entry, forget: () => void): Promise<BrokerConnection> {
    try {
      const connection = await this.#client.connect(address);
      entry.connected = connection;
      connection.onClose(forget);
      try {
        if (entry.dropped) throw new Error('the connection is not wanted any more');
        await this.#check(connection);
      } catch (cause) {
        connection.destroy();
        throw cause;
      }
      return connection;
    } catch (cause) {
      forget();
      throw cause;
    }
  }

  /** Ends the connections of a lane at once; what waits for an answer on them fails. One in the making ends when it is made. */
  drop(lane: string): void {
    const open = this.#lanes.get(lane);
    this.#lanes.delete(lane);
    for (const entry of open?.values() ?? []) {
      entry.dropped = true;
      entry.ready.catch(() => {});
      entry.connected?.destroy();
    }
  }

  close(): void {
    this.#closed = true;
    for (const lane of [...this.#lanes.keys()]) this.drop(lane);
  }
}
