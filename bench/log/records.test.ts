import { decodeAs } from '@screener/events';
import { expect, test } from 'vitest';
import { CandleCount, encodedCandles } from './candles.ts';
import { benchRecord, indexOf, KeyedDigest, transformed } from './records.ts';
import { sampleEvent } from './sample-event.ts';

const digestOf = (...entries: readonly (readonly [string, number])[]): string => {
  const digest = new KeyedDigest();
  for (const [key, index] of entries) digest.add(key, benchRecord(index, 64).value);
  return digest.toString();
};

test('a digest notices what is missing, doubled or out of order within a key, and nothing else', () => {
  const whole = digestOf(['a', 1], ['b', 2], ['a', 3]);
  expect(digestOf(['b', 2], ['a', 1], ['a', 3])).toBe(whole);
  expect(digestOf(['a', 3], ['b', 2], ['a', 1])).not.toBe(whole);
  expect(digestOf(['a', 1], ['b', 2])).not.toBe(whole);
  expect(digestOf(['a', 1], ['b', 2], ['b', 2], ['a', 3])).not.toBe(whole);
});

test('a transformed record is another one with the same number', () => {
  const { value } = benchRecord(123_456, 200);
  expect(transformed(value)).not.toEqual(value);
  expect(transformed(transformed(value))).toEqual(value);
  expect(indexOf(transformed(value))).toBe(123_456);
});

test('candles are those of 500 instruments, one minute after the other', () => {
  const count = new CandleCount();
  for (const { value } of [...encodedCandles(0), ...encodedCandles(1)]) count.add(decodeAs('KlineClosed', value));
  expect(count.toString()).toMatch(/^1000 candles of 500 instruments, \d+ trades$/);
  const [first] = encodedCandles(1);
  expect(decodeAs('KlineClosed', first?.value ?? Buffer.alloc(0)).openTime).toBe(1_735_689_660_000);
});

test('a sample of any event has something in every field', () => {
  const sample = sampleEvent('MetricsClosed', 3);
  expect(sample.windows).toHaveLength(3);
  expect(Object.values(sample.windows[0] ?? {}).every((value) => Number.isFinite(value))).toBe(true);
});
