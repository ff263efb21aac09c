import { expect, test } from 'vitest';
import { isPassing, protocolCode, refusal } from './kafka-errors.ts';

test.each([
  // Found by the chaos run on three brokers: the leader had not heard of its new topic yet.
  ['UNKNOWN_TOPIC_OR_PARTITION', true],
  ['NOT_LEADER_OR_FOLLOWER', true],
  ['TOPIC_AUTHORIZATION_FAILED', false],
  ['INVALID_PRODUCER_EPOCH', false],
])('%s may pass by itself: %s', (code, passes) => {
  const error = refusal(code);
  expect(protocolCode(error)).toBe(code);
  expect(isPassing(error)).toBe(passes);
});
