import { NetworkError, TimeoutError } from '@platformatic/kafka';
import { expect, test } from 'vitest';
import { toRequestFailed } from './platformatic-errors.ts';

test.each([
  ['no answer in time', new TimeoutError('Request timed out'), true],
  ['no answer in time, wrapped', new NetworkError('failed', { cause: new TimeoutError('Request timed out') }), true],
  ['a closed connection', new NetworkError('Connection closed'), false],
])('%s', (_, error, timedOut) => {
  expect(toRequestFailed(error)).toMatchObject({ name: 'RequestFailed', code: undefined, timedOut });
});
