/** What an error means for us. Errors are told apart by the protocol's own names, never by their text. */
import { reasonOf, ScreenerError } from '@screener/errors';
import { RequestFailed } from './client.ts';

/** The broker is starting, failing over or busy: the same request succeeds soon, here or at another broker. */
const passing = new Set([
  'BROKER_NOT_AVAILABLE',
  'CONCURRENT_TRANSACTIONS',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'FENCED_LEADER_EPOCH',
  'INCONSISTENT_TOPIC_ID',
  'KAFKA_STORAGE_ERROR',
  'LEADER_NOT_AVAILABLE',
  'NETWORK_EXCEPTION',
  'NOT_CONTROLLER',
  'NOT_COORDINATOR',
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'NOT_LEADER_OR_FOLLOWER',
  'OFFSET_NOT_AVAILABLE',
  'REPLICA_NOT_AVAILABLE',
  'REQUEST_TIMED_OUT',
  'UNKNOWN_LEADER_EPOCH',
  'UNKNOWN_TOPIC_ID',
  // Of several brokers each hears of a topic in its own time. Whether it really is missing, its metadata tell.
  'UNKNOWN_TOPIC_OR_PARTITION',
  'UNSTABLE_OFFSET_COMMIT',
]);

const fenced = new Set(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED', 'INVALID_PRODUCER_ID_MAPPING']);

/** The protocol's name of the refusal, such as NOT_COORDINATOR; undefined where it is none. */
export const protocolCode = (error: unknown): string | undefined =>
  error instanceof RequestFailed ? error.code : undefined;

/** No answer came: not connected, disconnected, or timed out. What was asked may or may not have been done. */
export const isUnanswered = (error: unknown): boolean => error instanceof RequestFailed && error.code === undefined;

export function isPassing(error: unknown): boolean {
  const code = protocolCode(error);
  return code === undefined ? isUnanswered(error) : passing.has(code);
}

/** The same once it was worded for people. */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof ScreenerError
    ? error.code === 'BROKER_UNREACHABLE' || error.code === 'BROKER_NOT_READY'
    : isPassing(error);

export const isFenced = (error: unknown): boolean => fenced.has(protocolCode(error) ?? '');

/** What the broker will never take, however often it is asked. */
const untakeable = new Set([
  'CORRUPT_MESSAGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'MESSAGE_TOO_LARGE',
  'POLICY_VIOLATION',
  'RECORD_LIST_TOO_LARGE',
]);

export const isUntakeable = (error: unknown): boolean => untakeable.has(protocolCode(error) ?? '');

/** What a person can do about a refusal that does not say it by its name. */
const advice: Readonly<Record<string, string>> = {
  INCONSISTENT_GROUP_PROTOCOL: 'members that speak through another KAFKA_CLIENT are in the group: stop them first',
  KAFKA_STORAGE_ERROR: 'the broker cannot write its disk: free space on it, then start the broker again',
  MESSAGE_TOO_LARGE: "larger than the topic's max.message.bytes",
  NOT_ENOUGH_REPLICAS: 'fewer brokers are in sync than min.insync.replicas asks: bring the others back',
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 'fewer brokers are in sync than min.insync.replicas asks: bring the others back',
  RECORD_LIST_TOO_LARGE: "larger than the topic's segment.bytes",
  UNSUPPORTED_VERSION: 'the broker is too old: Kafka 3.9 and newer, or Redpanda',
};

/** What the protocol calls it when somebody may not do something, and what that is. */
const rights: Readonly<Record<string, string>> = {
  CLUSTER_AUTHORIZATION_FAILED: 'creating topics or writing without duplicates',
  GROUP_AUTHORIZATION_FAILED: 'the consumer group',
  SASL_AUTHENTICATION_FAILED: 'anybody without a name and password that it knows',
  TOPIC_AUTHORIZATION_FAILED: 'reading or writing a topic',
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'transactions',
};

/** undefined: it is not that. */
export const missingRight = (error: unknown): string | undefined => rights[protocolCode(error) ?? ''];

/** One line for people: the protocol's name and what to do where there is one, else what the network said. */
export function describeError(error: unknown): string {
  const code = protocolCode(error);
  if (code === undefined) return reasonOf(error);
  return advice[code] === undefined ? code : `${code}: ${advice[code]}`;
}

export const refusal = (code: string): RequestFailed => new RequestFailed(code, code);
