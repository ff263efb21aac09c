/** What an error of the client means for us. Errors are told apart by the protocol's own names, never by their text. */

import { findErrorBy, NetworkError, ProtocolError } from '@platformatic/kafka';
import { reasonOf, ScreenerError } from '@screener/errors';

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

const fenced = ['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED', 'INVALID_PRODUCER_ID_MAPPING'];

const find = (error: unknown, property: string, value: string): Error | null =>
  error instanceof Error ? findErrorBy(error, property, value) : null;

/** The protocol's name of the first error in it, such as NOT_COORDINATOR; undefined where it is none of the protocol's. */
export function protocolCode(error: unknown): string | undefined {
  const found = find(error, 'code', ProtocolError.code);
  return found === null ? undefined : String((found as unknown as { apiId?: unknown }).apiId);
}

/** No answer came: not connected, disconnected, or timed out. What was asked may or may not have been done. */
export const isNetworkError = (error: unknown): boolean => find(error, 'code', NetworkError.code) !== null;

export function isPassing(error: unknown): boolean {
  const code = protocolCode(error);
  return code === undefined ? isNetworkError(error) : passing.has(code);
}

/** The same once it was worded for people. */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof ScreenerError
    ? error.code === 'BROKER_UNREACHABLE' || error.code === 'BROKER_NOT_READY'
    : isPassing(error);

export const isFenced = (error: unknown): boolean => fenced.some((code) => find(error, 'apiId', code) !== null);

/** One line for people: the protocol's name where there is one, else what the network said. */
export function describeError(error: unknown): string {
  if (error instanceof ScreenerError) return error.message;
  const code = protocolCode(error);
  if (code !== undefined) return code;
  let innermost = error;
  for (let depth = 0; depth < 8 && innermost instanceof Error; depth += 1) {
    const next: unknown = innermost.cause ?? (innermost instanceof AggregateError ? innermost.errors[0] : undefined);
    if (next === undefined) break;
    innermost = next;
  }
  return reasonOf(innermost);
}

/** The answer that came with an error: a response may hold good parts beside failed ones. */
export function responseOf(error: unknown): unknown {
  return (error as { response?: unknown } | null)?.response ?? undefined;
}
