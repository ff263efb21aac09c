import { expect, test } from 'vitest';
import { Decider } from './witness.ts';

const record = (offset: number, producerId: string, inTransaction = true) => ({
  offset: String(offset),
  key: Buffer.from(`record ${offset}`),
  value: null,
  timestamp: '0',
  isControlRecord: false,
  batchContext: { producerId, inTransaction },
});
const marker = (offset: number, producerId: string, type: 'commit' | 'abort') => ({
  ...record(offset, producerId),
  key: Buffer.from([0, 0, 0, type === 'commit' ? 1 : 0]),
  isControlRecord: true,
});

test('transactions that overlap are decided by their own markers', () => {
  const decider = new Decider();
  const messages = [
    record(0, 'a'),
    record(1, 'b'),
    record(2, 'none', false),
    record(3, 'c'),
    marker(4, 'b', 'abort'),
    record(5, 'b'),
    marker(6, 'a', 'abort'),
    marker(7, 'b', 'commit'),
    marker(8, 'c', 'commit'),
    record(9, 'a'),
  ];
  for (const message of messages) decider.take(message);
  expect(decider.committed().map(({ offset }) => offset)).toEqual(['2', '3', '5']);
});
