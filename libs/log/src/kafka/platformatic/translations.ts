/** Each request of the seam as the client wants it, and its answer back. */
import { type Connection, FetchIsolationLevels, FindCoordinatorKeyTypes, ProduceAcks } from '@platformatic/kafka';
import type { Answer, Owner, Question, RequestName } from '../client.ts';
import { NO_GENERATION } from '../client.ts';
import { carrying } from './carrying.ts';
import type { Dialect, Told } from './dialect.ts';
import { BY_ID, readFetch } from './fetch-answer.ts';
import { answerIn, nameOfCode } from './platformatic-errors.ts';
import { writeProduce } from './produce-request.ts';

type Translation<N extends RequestName> = (
  dialect: Dialect,
  connection: Connection,
  question: Question<N>,
) => Promise<Answer<N>>;

const TOPIC_RESOURCE = 2;
/** Of a setting: not to its default, and not one more in a list. */
const SET = 0;
const UNKNOWN_EPOCH = -1;
const NO_PRODUCER = { producerId: -1n, producerEpoch: -1 };
/** Neither a session nor one to be opened: each request says all that it wants. */
const NO_SESSION = { id: 0, epoch: -1 };
const RECORDS_WORTH_WAITING_FOR_BYTES = 1;

const isolation = (committed: boolean) =>
  committed ? FetchIsolationLevels.READ_COMMITTED : FetchIsolationLevels.READ_UNCOMMITTED;

const ownerOf = ({ transactionalId, producerId, producerEpoch }: Owner) =>
  [transactionalId, producerId, producerEpoch] as const;

/** Where only parts of it failed, the answer comes inside an error. */
async function evenPartly<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    const answer = answerIn(cause) as T | undefined;
    if (answer === undefined) throw cause;
    return answer;
  }
}

export const translations: { readonly [N in RequestName]: Translation<N> } = {
  Metadata: async (dialect, connection, { topics }) => {
    const names = topics === null ? null : [...topics];
    const answer = await evenPartly(dialect.send(connection, 'Metadata', names, false, false));
    return {
      clusterId: answer.clusterId ?? null,
      controllerId: answer.controllerId,
      brokers: answer.brokers,
      topics: answer.topics.map(({ name, topicId, errorCode, isInternal, partitions }) => {
        const leaders: number[] = [];
        for (const { partitionIndex, leaderId } of partitions) leaders[partitionIndex] = leaderId;
        // Metadata below version 10 (Redpanda) has no topic ids.
        return { name: name ?? '', id: topicId ?? name ?? '', code: nameOfCode(errorCode), isInternal, leaders };
      }),
    };
  },

  FindCoordinator: async (dialect, connection, { kind, key }) => {
    const type = kind === 'group' ? FindCoordinatorKeyTypes.GROUP : FindCoordinatorKeyTypes.TRANSACTION;
    const { coordinators } = await dialect.send(connection, 'FindCoordinator', type, [key]);
    const [found] = coordinators;
    if (!found) throw new Error(`no coordinator in the answer for ${key}`);
    return found;
  },

  CreateTopics: async (dialect, connection, { name, partitions, replication, settings, timeoutMs }) => {
    const configs = Object.entries(settings).map(([key, value]) => ({ name: key, value }));
    const topic = { name, numPartitions: partitions, replicationFactor: replication, assignments: [], configs };
    await dialect.send(connection, 'CreateTopics', [topic], timeoutMs, false);
  },

  DescribeConfigs: async (dialect, connection, { topics, settings }) => {
    const resources = topics.map((resourceName) => ({
      resourceType: TOPIC_RESOURCE as 2,
      resourceName,
      configurationKeys: [...settings],
    }));
    const { results } = await dialect.send(connection, 'DescribeConfigs', resources, false, false);
    return new Map(
      results.map(({ resourceName, configs }) => [
        resourceName,
        new Map(configs.map(({ name, value }) => [name, value ?? null])),
      ]),
    );
  },

  IncrementalAlterConfigs: async (dialect, connection, { topic, settings }) => {
    const configs = Object.entries(settings).map(([name, value]) => ({ name, configOperation: SET as 0, value }));
    const resource = { resourceType: TOPIC_RESOURCE as 2, resourceName: topic, configs };
    await dialect.send(connection, 'IncrementalAlterConfigs', [resource], false);
  },

  ListOffsets: async (dialect, connection, { topic, partitions, timestamp, committed }) => {
    const asked = partitions.map((partitionIndex) => ({
      partitionIndex,
      currentLeaderEpoch: UNKNOWN_EPOCH,
      timestamp,
    }));
    const topics = [{ name: topic, partitions: asked }];
    const answer = await dialect.send(connection, 'ListOffsets', -1, isolation(committed), topics);
    return new Map((answer.topics[0]?.partitions ?? []).map(({ partitionIndex, offset }) => [partitionIndex, offset]));
  },

  InitProducerId: (dialect, connection, { transactionalId, transactionTimeoutMs }) => {
    const { producerId, producerEpoch } = NO_PRODUCER;
    return dialect.send(connection, 'InitProducerId', transactionalId, transactionTimeoutMs, producerId, producerEpoch);
  },

  AddPartitionsToTxn: async (dialect, connection, { transactionalId, producerId, producerEpoch, topics }) => {
    const named = topics.map(({ name, partitions }) => ({ name, partitions: [...partitions] }));
    const transaction = { transactionalId, producerId, producerEpoch, verifyOnly: false, topics: named };
    await dialect.send(connection, 'AddPartitionsToTxn', [transaction]);
  },

  AddOffsetsToTxn: async (dialect, connection, question) => {
    await dialect.send(connection, 'AddOffsetsToTxn', ...ownerOf(question), question.group);
  },

  Produce: async (dialect, connection, question) => {
    // Neither the versions nor the records are told: `writeProduce` writes them.
    const carrier = carrying(connection, { write: (version) => writeProduce(version, question) });
    const asked = dialect.send(carrier, 'Produce', ProduceAcks.ALL, question.timeoutMs, [], {});
    const answer = await evenPartly(asked as Promise<Told<'Produce'>>);
    return answer.responses.flatMap(({ name, partitionResponses }) =>
      partitionResponses.map(({ index, errorCode, baseOffset }) => ({
        topic: name,
        partition: index,
        code: nameOfCode(errorCode),
        baseOffset,
      })),
    );
  },

  TxnOffsetCommit: async (dialect, connection, question) => {
    const { transactionalId, producerId, producerEpoch, group } = question;
    // Nothing of a group's generation is sent: fencing is by transactional id alone.
    const owner = [producerId, producerEpoch, NO_GENERATION, '', null] as const;
    await dialect.send(connection, 'TxnOffsetCommit', transactionalId, group, ...owner, offsetsOf(question));
  },

  EndTxn: async (dialect, connection, question) => {
    await dialect.send(connection, 'EndTxn', ...ownerOf(question), true);
  },

  Fetch: async (dialect, connection, question) => {
    const { topic, topicId, wanted, waitMs, bytesMax, partitionBytesMax, committed } = question;
    // Below, the client puts the name where the id would be.
    const named = (await dialect.version('Fetch')) >= BY_ID ? topicId : topic;
    const partitions = wanted.map(([partition, offset]) => ({
      partition,
      currentLeaderEpoch: UNKNOWN_EPOCH,
      fetchOffset: BigInt(offset),
      lastFetchedEpoch: UNKNOWN_EPOCH,
      partitionMaxBytes: partitionBytesMax,
    }));
    const limits = [waitMs, RECORDS_WORTH_WAITING_FOR_BYTES, bytesMax, isolation(committed)] as const;
    const session = [NO_SESSION.id, NO_SESSION.epoch] as const;
    const topics = [{ topicId: named, partitions }];
    const carrier = carrying(connection, { read: readFetch });
    // Its own words for an answer; ours are those of `readFetch`.
    const asked: Promise<unknown> = dialect.send(carrier, 'Fetch', ...limits, ...session, topics, [], '');
    return (await asked) as Answer<'Fetch'>;
  },

  OffsetFetch: async (dialect, connection, { group, topic, partitions, stable }) => {
    const topics = [{ name: topic, partitionIndexes: [...partitions] }];
    const asked = [{ groupId: group, memberId: null, memberEpoch: -1, topics }];
    const answer = await dialect.send(connection, 'OffsetFetch', asked, stable);
    // Before version 8 (Redpanda) the answer is about one group and not wrapped in a list of them.
    const found = answer.groups?.[0]?.topics ?? (answer as unknown as (typeof answer.groups)[number]).topics;
    return new Map((found[0]?.partitions ?? []).map((of) => [of.partitionIndex, of.committedOffset]));
  },

  OffsetCommit: async (dialect, connection, question) => {
    const { group, generation, memberId } = question;
    await dialect.send(connection, 'OffsetCommit', group, generation, memberId, null, offsetsOf(question));
  },
};

function offsetsOf(given: { readonly topic: string; readonly partition: number; readonly nextOffset: number }) {
  const { topic, partition, nextOffset } = given;
  const offset = { partitionIndex: partition, committedOffset: BigInt(nextOffset), committedLeaderEpoch: -1 };
  return [{ name: topic, partitions: [{ ...offset, committedMetadata: null }] }];
}
