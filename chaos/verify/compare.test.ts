/** The judge is judged first: each kind of damage to an output is found and named. */
import { expect, test } from 'vitest';
import { ViolationList } from '../violations.ts';
import { compareSequences, lineOf, SequenceBuilder } from './compare.ts';

type Event = readonly [partition: number, key: string | null, timestamp: number, body: string];

const expected: readonly Event[] = [
  [0, 'a', 1, 'one'],
  [0, 'b', 1, 'one'],
  [0, 'a', 2, 'two'],
  [1, null, 2, 'marker'],
  [0, 'a', 3, 'two'],
];

const sequencesOf = (events: readonly Event[]) => {
  const builder = new SequenceBuilder();
  for (const [partition, key, timestamp, body] of events)
    builder.add(partition, key, timestamp, new TextEncoder().encode(body));
  return builder.sequences;
};

const judge = (found: readonly Event[]): readonly string[] => {
  const violations = new ViolationList();
  compareSequences('out', sequencesOf(expected), sequencesOf(found), violations);
  return violations.shown.map(({ kind }) => kind);
};

const [first, second, third, marker, last] = expected as [Event, Event, Event, Event, Event];

test('bodies are told apart whatever they are', () => {
  const bodies = [
    [0xff],
    [0xfe],
    [0xff, 0x00],
    Array.from({ length: 1_000 }, () => 65),
    Array.from({ length: 1_001 }, () => 65),
  ];
  const lines = bodies.map((body) => lineOf(1, Uint8Array.from(body)));
  expect(new Set(lines).size).toBe(bodies.length);
});

test('the same events in the same order per key', () => {
  expect(judge(expected)).toEqual([]);
  // Another key may come before or after.
  expect(judge([second, first, marker, third, last])).toEqual([]);
});

test.each<[string, readonly Event[], readonly string[]]>([
  ['one is missing', [first, second, third, marker], ['lost']],
  ['one is there twice', [...expected, last], ['doubled']],
  ['one that nobody wrote', [...expected, [1, 'c', 9, 'ghost']], ['foreign']],
  ['the body differs', [first, second, [0, 'a', 2, 'TWO'], marker, last], ['lost', 'foreign']],
  ['the key differs', [first, [0, 'c', 1, 'one'], third, marker, last], ['lost', 'foreign']],
  ['the partition differs', [first, second, third, [0, null, 2, 'marker'], last], ['lost', 'foreign']],
  ['the time differs', [[0, 'a', 0, 'one'], second, third, marker, last], ['lost', 'foreign']],
  ['two of a key have changed places', [third, second, first, marker, last], ['order']],
])('%s', (_, found, kinds) => {
  expect(judge(found)).toEqual(kinds);
});
