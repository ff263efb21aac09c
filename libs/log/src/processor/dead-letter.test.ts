import { decodeAs } from '@screener/events';
import { expect, test } from 'vitest';
import type { LogRecord, ProcessorDefinition } from '../port.ts';
import { UntakenRecord } from './apply-record.ts';
import { deadLetter } from './dead-letter.ts';

const definition: ProcessorDefinition = {
  group: 'g',
  input: 'in',
  snapshots: 's',
  snapshotVersion: 1,
  task: () => ({ apply: () => {} }),
};
const record: LogRecord = {
  topic: 'in',
  partition: 2,
  offset: 7,
  timestamp: 5,
  key: 'k',
  value: new Uint8Array([0, 255]),
};
const letterOf = (given: LogRecord, cause: unknown) => {
  const { value, ...rest } = deadLetter(definition, new UntakenRecord('g', given, cause));
  return { ...rest, letter: decodeAs('DeadLetter', value ?? new Uint8Array(0)) };
};

test('a dead letter holds the record as it was and says why, causes included', () => {
  const { letter, ...rest } = letterOf(
    { ...record, headers: { a: 'b', traceparent: 't' } },
    new Error('outer\nmore', { cause: new TypeError('inner') }),
  );
  expect(rest).toEqual({
    topic: 'dead-letters',
    key: 'k',
    timestamp: 5,
    headers: { input: 'in/2/7', traceparent: 't' },
  });
  expect(letter).toMatchObject({
    group: 'g',
    topic: 'in',
    partition: 2,
    offset: 7,
    timestamp: 5,
    key: 'k',
    reason: 'outer',
  });
  expect(letter.headers).toEqual({ a: 'b', traceparent: 't' });
  expect([...(letter.value ?? [])]).toEqual([0, 255]);
  expect(letter.stack).toContain('dead-letter.test.ts');
  expect(letter.stack).toContain('caused by TypeError: inner');
});

test('what is thrown need not be an error, and an error may cause itself', () => {
  expect(letterOf(record, 'just text').letter).toMatchObject({ reason: 'just text', stack: 'just text' });
  const round = new Error('round');
  round.cause = round;
  expect(letterOf(record, round).letter.stack.length).toBeLessThanOrEqual(4_000);
});

test('a value that would make the letter too big for a broker is left in its place', () => {
  const { letter } = letterOf({ ...record, value: new Uint8Array(2_000_000) }, new Error('too much'));
  expect(letter.value).toBeNull();
  expect(letter.reason).toBe('too much (its 2000000 bytes are only in its place)');
});
