/** Each request of the seam as kafkajs wants it, and its answer back. */
import { type Answer, type Metadata, NO_OFFSET, type Owner, type Question, type RequestName } from '../client.ts';
import { decodeFetch } from './fetched-batches.ts';
import { nameOfCode } from './internals.ts';
import type { KafkajsConnection } from './kafkajs-client.ts';
import { allOf } from './kafkajs-errors.ts';
import {
  alterTopicExchange,
  knowsStableOffsets,
  knowsTopicIds,
  type MetadataAnswer,
  metadataExchange,
  type OffsetFetchAnswer,
  offsetFetchExchange,
} from './newer-requests.ts';
import { encodeProduce } from './produce-request.ts';

type Translation<N extends RequestName> = (connection: KafkajsConnection, question: Question<N>) => Promise<Answer<N>>;

const GROUP_COORDINATOR = 0;
const TRANSACTION_COORDINATOR = 1;
const TOPIC_RESOURCE = 2;
const CLIENT = -1;
const READ_UNCOMMITTED = 0;
const READ_COMMITTED = 1;
const RECORDS_WORTH_WAITING_FOR_BYTES = 1;

const isolation = (committed: boolean): number => (committed ? READ_COMMITTED : READ_UNCOMMITTED);

/** kafkajs takes 64-bit numbers as texts. */
const ownerOf = ({ transactionalId, producerId, producerEpoch }: Owner) => ({
  transactionalId,
  producerId: String(producerId),
  producerEpoch,
});

export const translations: { readonly [N in RequestName]: Translation<N> } = {
  Metadata: async (connection, { topics }): Promise<Metadata> => {
    if (knowsTopicIds(connection.newest('Metadata'))) {
      return (await connection.exchange(metadataExchange(topics))) as MetadataAnswer;
    }
    const given = { topics: topics ?? [], allowAutoTopicCreation: false };
    const answer = await connection.ask<OldMetadata>('Metadata', given);
    const found = answer.topicMetadata.map(({ topicErrorCode, topic, isInternal, partitionMetadata }) => {
      const leaders: number[] = [];
      for (const { partitionId, leader } of partitionMetadata) leaders[partitionId] = leader;
      return { name: topic, id: topic, code: nameOfCode(topicErrorCode), isInternal, leaders };
    });
    // This version takes an empty list for all topics.
    return { ...answer, topics: topics === null ? found : found.filter(({ name }) => topics.includes(name)) };
  },

  FindCoordinator: async (connection, { kind, key }) => {
    const coordinatorType = kind === 'group' ? GROUP_COORDINATOR : TRANSACTION_COORDINATOR;
    const { coordinator } = allOf(
      await connection.ask<{ coordinator: Answer<'FindCoordinator'> }>('GroupCoordinator', {
        groupId: key,
        coordinatorType,
      }),
    );
    return coordinator;
  },

  CreateTopics: async (connection, { name, partitions, replication, settings, timeoutMs }) => {
    const configEntries = Object.entries(settings).map(([key, value]) => ({ name: key, value }));
    const topic = { topic: name, numPartitions: partitions, replicationFactor: replication, configEntries };
    allOf(await connection.ask('CreateTopics', { topics: [topic], validateOnly: false, timeout: timeoutMs }));
    return undefined;
  },

  DescribeConfigs: async (connection, { topics, settings }) => {
    const resources = topics.map((name) => ({ type: TOPIC_RESOURCE, name, configNames: [...settings] }));
    const answer = allOf(
      await connection.ask<DescribeConfigsAnswer>('DescribeConfigs', { resources, includeSynonyms: false }),
    );
    return new Map(
      answer.resources.map(({ resourceName, configEntries }) => [
        resourceName,
        new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
      ]),
    );
  },

  IncrementalAlterConfigs: async (connection, { topic, settings }) => {
    allOf(await connection.exchange(alterTopicExchange(topic, settings)));
    return undefined;
  },

  ListOffsets: async (connection, { topic, partitions, timestamp, committed }) => {
    const asked = partitions.map((partition) => ({ partition, timestamp: String(timestamp) }));
    const given = {
      replicaId: CLIENT,
      isolationLevel: isolation(committed),
      topics: [{ topic, partitions: asked }],
    };
    const { responses } = allOf(await connection.ask<ListOffsetsAnswer>('ListOffsets', given));
    return new Map((responses[0]?.partitions ?? []).map(({ partition, offset }) => [partition, BigInt(offset)]));
  },

  InitProducerId: async (connection, { transactionalId, transactionTimeoutMs }) => {
    const given = { transactionalId, transactionTimeout: transactionTimeoutMs };
    const { producerId, producerEpoch } = allOf(
      await connection.ask<{ producerId: string; producerEpoch: number }>('InitProducerId', given),
    );
    return { producerId: BigInt(producerId), producerEpoch };
  },

  AddPartitionsToTxn: async (connection, question) => {
    const topics = question.topics.map(({ name, partitions }) => ({ topic: name, partitions: [...partitions] }));
    allOf(await connection.ask('AddPartitionsToTxn', { ...ownerOf(question), topics }));
    return undefined;
  },

  AddOffsetsToTxn: async (connection, question) => {
    allOf(await connection.ask('AddOffsetsToTxn', { ...ownerOf(question), groupId: question.group }));
    return undefined;
  },

  Produce: async (connection, question) => {
    const encode = () => encodeProduce(question);
    const answer = await connection.ask<ProduceAnswer>('Produce', { topicData: [] }, { encode });
    return answer.topics.flatMap(({ topicName, partitions }) =>
      partitions.map(({ partition, errorCode, baseOffset }) => ({
        topic: topicName,
        partition,
        code: nameOfCode(errorCode),
        baseOffset: BigInt(baseOffset),
      })),
    );
  },

  TxnOffsetCommit: async (connection, question) => {
    const given = { ...ownerOf(question), groupId: question.group, topics: offsetsOf(question) };
    allOf(await connection.ask('TxnOffsetCommit', given));
    return undefined;
  },

  EndTxn: async (connection, question) => {
    allOf(await connection.ask('EndTxn', { ...ownerOf(question), transactionResult: true }));
    return undefined;
  },

  Fetch: (connection, { topic, wanted, waitMs, bytesMax, partitionBytesMax, committed }) => {
    const partitions = wanted.map(([partition, offset]) => ({
      partition,
      fetchOffset: String(offset),
      maxBytes: partitionBytesMax,
    }));
    const given = {
      isolationLevel: isolation(committed),
      maxWaitTime: waitMs,
      minBytes: RECORDS_WORTH_WAITING_FOR_BYTES,
      maxBytes: bytesMax,
      topics: [{ topic, partitions }],
    };
    return connection.ask('Fetch', given, { decode: decodeFetch });
  },

  OffsetFetch: async (connection, { group, topic, partitions, stable }) => {
    let found: OffsetFetchAnswer['topics'];
    if (knowsStableOffsets(connection.newest('OffsetFetch'))) {
      const exchange = offsetFetchExchange(group, topic, partitions, stable);
      found = allOf((await connection.exchange(exchange)) as OffsetFetchAnswer).topics;
    } else {
      // Redpanda and old brokers: what a transaction is about to change is missed, which take-over does not rely on.
      const topics = [{ topic, partitions: partitions.map((partition) => ({ partition })) }];
      const given = { groupId: group, topics };
      found = allOf(await connection.ask<{ responses: OffsetFetchAnswer['topics'] }>('OffsetFetch', given)).responses;
    }
    return new Map(
      (found[0]?.partitions ?? []).map(({ partition, offset }) => [partition, offset ? BigInt(offset) : NO_OFFSET]),
    );
  },

  OffsetCommit: async (connection, question) => {
    const { group, generation, memberId } = question;
    const given = { groupId: group, groupGenerationId: generation, memberId, topics: offsetsOf(question) };
    allOf(await connection.ask('OffsetCommit', given));
    return undefined;
  },
};

interface OldMetadata {
  readonly brokers: Metadata['brokers'];
  readonly clusterId: string | null;
  readonly controllerId: number;
  readonly topicMetadata: readonly {
    readonly topicErrorCode: number;
    readonly topic: string;
    readonly isInternal: boolean;
    readonly partitionMetadata: readonly { readonly partitionId: number; readonly leader: number }[];
  }[];
}

interface DescribeConfigsAnswer {
  readonly resources: readonly {
    readonly resourceName: string;
    readonly configEntries: readonly { readonly configName: string; readonly configValue: string | null }[];
  }[];
}

interface ListOffsetsAnswer {
  readonly responses: readonly {
    readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
  }[];
}

interface ProduceAnswer {
  readonly topics: readonly {
    readonly topicName: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly errorCode: number;
      readonly baseOffset: string;
    }[];
  }[];
}

function offsetsOf(given: { readonly topic: string; readonly partition: number; readonly nextOffset: number }) {
  const { topic, partition, nextOffset } = given;
  return [{ topic, partitions: [{ partition, offset: String(nextOffset), metadata: null }] }];
}
