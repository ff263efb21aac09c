/** The seam over `@platformatic/kafka`: its protocol functions over connections of our own. */
import { Base, Connection } from '@platformatic/kafka';
import {
  type Address,
  type Answer,
  type BrokerConnection,
  CONNECT_TIMEOUT_MS,
  type GroupMember,
  type KafkaClient,
  type MemberOptions,
  PIPELINED_REQUESTS_MAX,
  type Question,
  REQUEST_TIMEOUT_MS,
  type RequestName,
} from '../client.ts';
import { isUnanswered } from '../kafka-errors.ts';
import { Dialect } from './dialect.ts';
import { toRequestFailed } from './platformatic-errors.ts';
import { PlatformaticMember } from './platformatic-member.ts';
import { translations } from './translations.ts';

export class PlatformaticClient implements KafkaClient {
  readonly name = 'platformatic';
  readonly #clientId: string;
  readonly #base: Base;
  readonly #dialect: Dialect;

  constructor(options: { readonly clientId: string; readonly brokers: readonly string[] }) {
    this.#clientId = options.clientId;
    // Only asked which versions the brokers speak: everything else goes over connections of our own.
    this.#base = new Base({
      clientId: options.clientId,
      bootstrapBrokers: [...options.brokers],
      retries: 1,
      retryDelay: 50,
    });
    this.#dialect = new Dialect(this.#base);
  }

  async connect({ host, port }: Address): Promise<BrokerConnection> {
    const connection = new Connection(this.#clientId, {
      connectTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      maxInflights: PIPELINED_REQUESTS_MAX,
    });
    const opened = new PlatformaticConnection(connection, this.#dialect);
    try {
      await connection.connect(host, port);
    } catch (cause) {
      throw toRequestFailed(cause);
    }
    return opened;
  }

  member(options: MemberOptions): GroupMember {
    return new PlatformaticMember(options);
  }

  async close(): Promise<void> {
    await this.#base.close();
  }
}

class PlatformaticConnection implements BrokerConnection {
  readonly #connection: Connection;
  readonly #dialect: Dialect;
  readonly #closed = Promise.withResolvers<void>();

  constructor(connection: Connection, dialect: Dialect) {
    this.#connection = connection;
    this.#dialect = dialect;
    connection.on('close', this.#closed.resolve);
    // Requests under way are told by their own callbacks.
    connection.on('error', () => this.#closed.resolve());
  }

  async send<N extends RequestName>(name: N, question: Question<N>): Promise<Answer<N>> {
    try {
      return await translations[name](this.#dialect, this.#connection, question);
    } catch (cause) {
      const failure = toRequestFailed(cause);
      if (isUnanswered(failure)) this.destroy();
      throw failure;
    }
  }

  onClose(call: () => void): void {
    void this.#closed.promise.then(call);
  }

  destroy(): void {
    if (this.#connection.isConnected()) this.#connection.socket.destroy();
  }
}
