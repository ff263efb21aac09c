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
const isUnanswered = (error: unknown): boolean => error instanceof RequestFailed && error.code === undefined;

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

/** One line for people: the protocol's name where there is one, else what the network said. */
export const describeError = (error: unknown): string => protocolCode(error) ?? reasonOf(error);

export const refusal = (code: string): RequestFailed => new RequestFailed(code, code);
