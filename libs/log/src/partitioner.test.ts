import { describe, expect, test } from 'vitest';
import { murmur2, partitionOf } from './partitioner.ts';

describe('partitioner', () => {
  // The vectors of Kafka's own test of its murmur2.
  test.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('murmur2 of %s', (text, hash) => {
    expect(murmur2(new TextEncoder().encode(text))).toBe(hash);
  });

  test('a key without a name goes to partition 0, all others into the range', () => {
    expect(partitionOf(null, 12)).toBe(0);
    const hit = new Set<number>();
    for (let i = 0; i < 500; i += 1) hit.add(partitionOf(`binance:usdm:S${i}USDT`, 12));
    expect([...hit].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  test.each([
    '',
    'BTC',
    'binance:usdm:BTCUSDT',
    'binance:usdm:币安人生USDT',
    'é',
    'x'.repeat(64),
    'x'.repeat(65),
    'short after long',
  ])('the bytes of %s are those of UTF-8', (key) => {
    const hash = murmur2(new TextEncoder().encode(key)) & 0x7fffffff;
    expect(partitionOf(key, 1_000)).toBe(hash % 1_000);
  });
});
