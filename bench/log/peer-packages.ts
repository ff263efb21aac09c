/**
 * The client below our Kafka engine, as a peer. It is found from the package of ours that depends on it, so that both
 * sides run the very same installed copy. The types are only what the benchmarks use of it.
 */
import { createRequire } from 'node:module';
import type { Duplex } from 'node:stream';

export interface ClientMessage {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly timestamp: bigint;
  readonly key: Buffer;
  readonly value: Buffer;
}

export interface ClientOutput {
  readonly topic: string;
  readonly partition?: number;
  readonly key: Buffer;
  readonly value: Buffer;
  readonly timestamp: bigint;
}

export interface ClientTransaction {
  send(options: { messages: readonly ClientOutput[] }): Promise<unknown>;
  addConsumer(consumer: ClientConsumer): Promise<void>;
  addOffset(message: ClientMessage): Promise<void>;
  commit(): Promise<void>;
}

export interface ClientProducer {
  send(options: { messages: readonly ClientOutput[]; acks: number }): Promise<unknown>;
  initIdempotentProducer(options: object): Promise<unknown>;
  beginTransaction(): Promise<ClientTransaction>;
  close(force?: boolean): Promise<void>;
}

export type ClientStream = Pick<Duplex, 'on' | 'pause' | 'resume' | 'destroy'>;

export interface ClientConsumer {
  consume(options: object): Promise<ClientStream>;
  listOffsets(options: { topics: readonly string[] }): Promise<ReadonlyMap<string, readonly bigint[]>>;
  close(force?: boolean): Promise<void>;
}

export interface ClientAdmin {
  deleteTopics(options: { topics: readonly string[] }): Promise<unknown>;
  close(): Promise<void>;
}

export interface PlatformaticKafka {
  readonly Admin: new (options: object) => ClientAdmin;
  readonly Producer: new (options: object) => ClientProducer;
  readonly Consumer: new (options: object) => ClientConsumer;
  readonly FetchIsolationLevels: { readonly READ_COMMITTED: number };
  readonly ProduceAcks: { readonly ALL: number };
}

const requireOfLog = createRequire(new URL('../../libs/log/package.json', import.meta.url));

export const loadPlatformaticKafka = (): PlatformaticKafka => requireOfLog('@platformatic/kafka') as PlatformaticKafka;

/** Both clients wait long by default before they ask again for what takes milliseconds. */
export const clientOptions = (brokers: readonly string[], clientId: string) => ({
  clientId,
  bootstrapBrokers: [...brokers],
  retries: 50,
  retryDelay: 2,
});
