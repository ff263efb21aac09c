/** The seam over kafkajs 2.2.4: its protocol over single connections. */
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
  RequestFailed,
  type RequestName,
} from '../client.ts';
import { isUnanswered } from '../kafka-errors.ts';
import {
  apiKeys,
  apiVersionsExchange,
  createConnection,
  type Encoder,
  type Exchange,
  exchangeOf,
  type RawConnection,
  type Versions,
} from './internals.ts';
import { toRequestFailed } from './kafkajs-errors.ts';
import { KafkajsMember } from './kafkajs-member.ts';
import { translations } from './translations.ts';

export class KafkajsClient implements KafkaClient {
  readonly name = 'kafkajs';
  readonly #clientId: string;

  constructor(options: { readonly clientId: string }) {
    this.#clientId = options.clientId;
  }

  async connect(address: Address): Promise<KafkajsConnection> {
    const raw = createConnection({
      ...address,
      clientId: this.#clientId,
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      maxInFlightRequests: PIPELINED_REQUESTS_MAX,
    });
    const connection = new KafkajsConnection(raw);
    try {
      await connection.open();
      return connection;
    } catch (cause) {
      connection.destroy();
      throw toRequestFailed(cause);
    }
  }

  member(options: MemberOptions): GroupMember {
    return new KafkajsMember(this, options);
  }

  async close(): Promise<void> {}
}

interface ApiVersionsAnswer {
  readonly apiVersions: readonly {
    readonly apiKey: number;
    readonly minVersion: number;
    readonly maxVersion: number;
  }[];
}

export class KafkajsConnection implements BrokerConnection {
  readonly #raw: RawConnection;
  readonly #closed = Promise.withResolvers<void>();
  #versions: Versions = {};

  constructor(raw: RawConnection) {
    this.#raw = raw;
  }

  async open(): Promise<void> {
    await this.#raw.connect();
    this.#raw.socket?.once('close', () => this.destroy());
    const { apiVersions } = (await this.exchange(apiVersionsExchange())) as ApiVersionsAnswer;
    this.#versions = Object.fromEntries(apiVersions.map(({ apiKey, ...range }) => [apiKey, range]));
    this.#raw.setVersions(this.#versions);
  }

  newest(name: string): number | undefined {
    return this.#versions[apiKeys[name] ?? -1]?.maxVersion;
  }

  send<N extends RequestName>(name: N, question: Question<N>): Promise<Answer<N>> {
    return translations[name](this, question);
  }

  /** A request by kafkajs's name, with a body of ours where it is given; the answer with all its error codes. */
  async ask<T>(name: string, given: object, own: { encode?(): Encoder; decode?(raw: Buffer): T } = {}): Promise<T> {
    const { request, response } = exchangeOf(this.#versions, name, given);
    const { encode, decode } = own;
    const asked = {
      request: encode === undefined ? request : { ...request, encode: async () => encode() },
      response: decode === undefined ? response : { ...response, decode: async (raw: Buffer) => decode(raw) },
    };
    return (await this.exchange(asked)) as T;
  }

  /** kafkajs's own `parse` throws the first error in an answer and drops the rest of it. */
  async exchange(exchange: Exchange): Promise<unknown> {
    const { decode } = exchange.response;
    try {
      return await this.#raw.send({ ...exchange, response: { decode, parse: (answer) => answer } });
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
    // Without this kafkajs waits for what is under way, which is what we end here.
    this.#raw.rejectRequests(new RequestFailed(undefined, 'the connection was closed'));
    void this.#raw.disconnect().catch(() => {});
    this.#raw.socket?.destroy();
    this.#closed.resolve();
  }
}
