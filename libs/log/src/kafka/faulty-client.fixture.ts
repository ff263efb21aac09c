/** A real client whose answers a test bends: what a broker says that is full, starting, strict, or another one. */
import {
  type Address,
  type Answer,
  type BrokerConnection,
  type GroupMember,
  type KafkaClient,
  type MemberOptions,
  type Question,
  RequestFailed,
  type RequestName,
} from './client.ts';
import { PlatformaticClient } from './platformatic/platformatic-client.ts';

/** Stands for REQUEST_TIMEOUT_MS. */
const silenceMs = 300;

export class FaultyClient implements KafkaClient {
  readonly name = 'platformatic';
  /** Names the refusal of the next request of that name, or undefined where it is let through. */
  refuse: (name: RequestName) => string | undefined = () => undefined;
  /** What Metadata says instead. */
  clusterId: string | undefined;
  refused = 0;
  /** Requests on connections that something on the way has forgotten. */
  unanswered = 0;
  readonly #real: PlatformaticClient;
  readonly #open = new Set<BrokerConnection>();
  readonly #silent = new Set<BrokerConnection>();

  constructor(brokers: readonly string[]) {
    this.#real = new PlatformaticClient({ brokers, clientId: 'faulty' });
  }

  async connect(address: Address): Promise<BrokerConnection> {
    const real = await this.#real.connect(address);
    this.#open.add(real);
    real.onClose(() => this.#open.delete(real));
    return {
      send: (name, question) => this.#send(real, name, question),
      onClose: (call) => real.onClose(call),
      destroy: () => real.destroy(),
    };
  }

  async #send<N extends RequestName>(to: BrokerConnection, name: N, question: Question<N>): Promise<Answer<N>> {
    const code = this.refuse(name);
    if (code !== undefined) {
      this.refused += 1;
      throw new RequestFailed(code, code);
    }
    if (this.#silent.has(to)) {
      this.unanswered += 1;
      await Promise.race([
        new Promise((resolve) => setTimeout(resolve, silenceMs)),
        new Promise<void>((resolve) => to.onClose(resolve)),
      ]);
      const timedOut = this.#open.has(to);
      to.destroy();
      throw new RequestFailed(undefined, timedOut ? 'no answer' : 'the connection was closed', { timedOut });
    }
    const answer = await to.send(name, question);
    if (name !== 'Metadata' || this.clusterId === undefined) return answer;
    return { ...(answer as Answer<'Metadata'>), clusterId: this.clusterId } as Answer<N>;
  }

  /** As when a firewall forgets what is open: nothing is answered there, and nobody is told. */
  silenceConnections(): void {
    for (const connection of this.#open) this.#silent.add(connection);
  }

  /** As when the broker restarts. */
  breakConnections(): void {
    for (const connection of this.#open) connection.destroy();
  }

  member(options: MemberOptions): GroupMember {
    return this.#real.member(options);
  }

  close(): Promise<void> {
    return this.#real.close();
  }
}
