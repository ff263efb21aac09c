/**
 * The client's functions for the requests that we send, in their newest shapes. The client picks the newest version that both it and the broker know;
 * the fields we use are the same in all of them.
 */
import {
  type API,
  type addOffsetsToTxnV4,
  addPartitionsToTxnV3,
  type Base,
  type Connection,
  type createTopicsV7,
  type describeConfigsV4,
  type endTxnV4,
  type fetchV17,
  type findCoordinatorV6,
  type incrementalAlterConfigsV1,
  type initProducerIdV5,
  kGetApi,
  type listOffsetsV9,
  type metadataV12,
  type offsetCommitV8,
  type offsetFetchV9,
  type produceV11,
  type txnOffsetCommitV4,
} from '@platformatic/kafka';
import type { RequestName } from '../client.ts';

interface Functions {
  AddOffsetsToTxn: typeof addOffsetsToTxnV4.api;
  AddPartitionsToTxn: typeof addPartitionsToTxnV3.api;
  CreateTopics: typeof createTopicsV7.api;
  DescribeConfigs: typeof describeConfigsV4.api;
  EndTxn: typeof endTxnV4.api;
  Fetch: typeof fetchV17.api;
  FindCoordinator: typeof findCoordinatorV6.api;
  IncrementalAlterConfigs: typeof incrementalAlterConfigsV1.api;
  InitProducerId: typeof initProducerIdV5.api;
  ListOffsets: typeof listOffsetsV9.api;
  Metadata: typeof metadataV12.api;
  OffsetCommit: typeof offsetCommitV8.api;
  OffsetFetch: typeof offsetFetchV9.api;
  Produce: typeof produceV11.api;
  TxnOffsetCommit: typeof txnOffsetCommitV4.api;
}

type Given<N extends RequestName> = Functions[N] extends API<infer G, infer _A> ? G : never;
/** What is told. Only a request that wants no acknowledgement is answered by a mere `true`, and we always want one. */
export type Told<N extends RequestName> = Functions[N] extends API<infer _G, infer A> ? Exclude<A, boolean> : never;

/** Versions from 4 on are for brokers among each other and need the rights of a broker. */
const newestAddPartitionsOfClients = addPartitionsToTxnV3.api;

interface Versioned {
  readonly version: number;
  async(connection: Connection, ...given: unknown[]): Promise<unknown>;
}

/** Sends requests in the version that was agreed with the brokers. */
export class Dialect {
  readonly #client: Base;
  readonly #agreed = new Map<RequestName, Promise<Versioned>>();

  constructor(client: Base) {
    this.#client = client;
  }

  async send<N extends RequestName>(connection: Connection, name: N, ...given: Given<N>): Promise<Told<N>> {
    const request = await this.#agree(name);
    return (await request.async(connection, ...given)) as Told<N>;
  }

  async version(name: RequestName): Promise<number> {
    return (await this.#agree(name)).version;
  }

  #agree(name: RequestName): Promise<Versioned> {
    let agreed = this.#agreed.get(name);
    if (!agreed) {
      agreed = this.#negotiate(name);
      this.#agreed.set(name, agreed);
      agreed.catch(() => this.#agreed.delete(name));
    }
    return agreed;
  }

  #negotiate(name: RequestName): Promise<Versioned> {
    return new Promise((done, failed) => {
      this.#client[kGetApi]<unknown[], unknown>(name, (error, api) => {
        if (error || !api) return failed(error ?? new Error(`the broker does not know ${name}`));
        done(name === 'AddPartitionsToTxn' && api.version > 3 ? (newestAddPartitionsOfClients as Versioned) : api);
      });
    });
  }
}
