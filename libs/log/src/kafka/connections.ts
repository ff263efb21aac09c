/** Connections to brokers, kept open and shared within a lane. A broker answers one request of a connection at a time. */
import { type Address, type BrokerConnection, type KafkaClient, RequestFailed } from './client.ts';

interface Entry {
  readonly ready: Promise<BrokerConnection>;
  /** From the moment it is connected, which is before it may be used. */
  connected?: BrokerConnection;
  /** When an answer came last, on the clock of `performance`. */
  heardAtMs: number;
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
    const key = keyOf(address);
    const known = open.get(key);
    if (known) return known.ready;
    const ready = Promise.resolve().then(() => this.#connect(address, entry, forget));
    const entry: Entry = { ready, heardAtMs: Number.NEGATIVE_INFINITY, dropped: false };
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
        entry.heardAtMs = performance.now();
      } catch (cause) {
        connection.destroy();
        throw cause;
      }
      return this.#listened(connection, address, entry);
    } catch (cause) {
      forget();
      throw cause;
    }
  }

  #listened(connection: BrokerConnection, address: Address, entry: Entry): BrokerConnection {
    return {
      send: async (name, question) => {
        const askedAtMs = performance.now();
        try {
          const answer = await connection.send(name, question);
          entry.heardAtMs = performance.now();
          return answer;
        } catch (cause) {
          if (cause instanceof RequestFailed && cause.code !== undefined) entry.heardAtMs = performance.now();
          if (cause instanceof RequestFailed && cause.timedOut) this.#dropSilent(address, askedAtMs);
          throw cause;
        }
      },
      onClose: (call) => connection.onClose(call),
      destroy: () => connection.destroy(),
    };
  }

  /**
   * What lies between has forgotten one connection to this address, and so most probably all of them: whoever uses another
   * one need not find that out by a timeout of its own. Those that were heard of meanwhile are sound.
   */
  #dropSilent(address: Address, sinceMs: number): void {
    const key = keyOf(address);
    for (const open of this.#lanes.values()) {
      const entry = open.get(key);
      if (entry?.connected === undefined || entry.heardAtMs >= sinceMs) continue;
      open.delete(key);
      entry.connected.destroy();
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

const keyOf = ({ host, port }: Address): string => `${host}:${port}`;
